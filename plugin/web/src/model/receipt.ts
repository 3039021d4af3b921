import type { PatientView, Receipt, Statement } from "../server/types";

const firstDelaysMilliseconds = [500, 1000, 2000, 4000];
const laterDelayMilliseconds = 10_000;

/**
 * How long to wait before looking for the receipt, after `looks` looks that found it not settled.
 */
export function receiptDelay(looks: number): number {
  return firstDelaysMilliseconds[looks] ?? laterDelayMilliseconds;
}

/** Whether this receipt can still change without anyone doing anything. */
export function isPending(receipt: Receipt): boolean {
  return (
    receipt.state === "waiting" || (receipt.state === "failed" && receipt.nextAttempt !== undefined)
  );
}

export interface Follow {
  /** The statement as the service has it now; undefined where it did not answer this time. */
  read: () => Promise<Statement | undefined>;
  onChange: (statement: Statement) => void;
  /** Resolves after that many milliseconds, and not before the page is visible. */
  wait: (milliseconds: number) => Promise<void>;
  /** Whether nobody wants to know any more. */
  stopped: () => boolean;
}

/** Asks for a statement until its receipt is settled. */
export async function followReceipt(follow: Follow): Promise<void> {
  for (let looks = 0; ; looks += 1) {
    await follow.wait(receiptDelay(looks));
    if (follow.stopped()) return;
    const statement = await follow.read();
    if (follow.stopped()) return;
    if (!statement) continue;
    follow.onChange(statement);
    if (!isPending(statement.receipt)) return;
  }
}

/** The server's view with statements that we know better: just saved, or with a newer receipt. */
export function withStatements(view: PatientView, known: readonly Statement[]): PatientView {
  const aspects = view.aspects.map((aspect) => ({ ...aspect, statements: [...aspect.statements] }));
  for (const statement of known) {
    const aspect = aspects.find((each) => each.aspect === statement.aspect);
    if (!aspect) {
      aspects.push({
        aspect: statement.aspect,
        freshness: "fresh",
        reason: "",
        statements: [statement],
      });
      continue;
    }
    const index = aspect.statements.findIndex((each) => each.id === statement.id);
    const there = aspect.statements[index];
    // Which words are current only the view can say: it knows those that came since.
    // That one was taken back is told by what we know: the view may be from before.
    if (there && statement.standing === "withdrawn" && there.standing === "stands")
      aspect.statements[index] = { ...statement, current: false };
    else if (there) aspect.statements[index] = { ...there, receipt: statement.receipt };
    else aspect.statements.unshift(statement);
  }
  return { ...view, aspects };
}
