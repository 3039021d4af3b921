import { useEffect, useRef } from "preact/hooks";
import { followReceipt, isPending } from "../model/receipt";
import { Problem, type Api } from "./api";
import type { Statement } from "./types";

/** Waits, and then goes on waiting for as long as nobody can see the page. */
async function waitVisibly(milliseconds: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
  while (document.hidden) {
    await new Promise((resolve) => {
      document.addEventListener("visibilitychange", resolve, { once: true });
    });
  }
}

/** Follows the receipt of every statement here that is still on its way. */
export function useReceipts(
  server: Api,
  statements: readonly Statement[],
  onChange: (statement: Statement) => void,
): void {
  const followed = useRef(new Set<string>());
  const isGone = useRef(false);
  const changed = useRef(onChange);
  changed.current = onChange;

  async function read(id: string): Promise<Statement | undefined> {
    try {
      return (await server.statement(id)).statement;
    } catch (caught) {
      if (!(caught instanceof Problem)) throw caught;
      if (caught.sessionEnded) isGone.current = true;
      return undefined;
    }
  }

  useEffect(() => {
    for (const { id, receipt } of statements) {
      if (!isPending(receipt) || followed.current.has(id)) continue;
      followed.current.add(id);
      void followReceipt({
        read: () => read(id),
        onChange: (statement) => changed.current(statement),
        wait: waitVisibly,
        stopped: () => isGone.current,
      }).finally(() => followed.current.delete(id));
    }
  });
  useEffect(
    () => () => {
      isGone.current = true;
    },
    [],
  );
}
