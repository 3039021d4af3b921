import { useCallback, useEffect, useRef } from "preact/hooks";
import { followReceipt, isPending } from "../model/receipt";
import { Problem, type Api } from "./api";
import type { Statement } from "./types";

/** Goes on waiting for as long as nobody can see the page. */
async function untilVisible(): Promise<void> {
  while (document.hidden) {
    await new Promise((resolve) => {
      document.addEventListener("visibilitychange", resolve, { once: true });
    });
  }
}

/**
 * Follows the receipt of every statement here that is still on its way. The function that it gives
 * has them looked for at once.
 */
export function useReceipts(
  server: Api,
  statements: readonly Statement[],
  onChange: (statement: Statement) => void,
): () => void {
  const followed = useRef(new Set<string>());
  const isGone = useRef(false);
  const changed = useRef(onChange);
  changed.current = onChange;
  const waiting = useRef(new Set<() => void>());

  async function wait(milliseconds: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        waiting.current.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, milliseconds);
      waiting.current.add(wake);
    });
    await untilVisible();
  }

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
        wait,
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
  return useCallback(() => {
    for (const wake of [...waiting.current]) wake();
  }, []);
}
