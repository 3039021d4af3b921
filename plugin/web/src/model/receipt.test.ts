import { describe, expect, test } from "vitest";
import type { PatientView, Receipt, Statement } from "../server/types";
import { followReceipt, isPending, receiptDelay, withStatements } from "./receipt";

const receipt = (state: Receipt["state"], rest: Partial<Receipt> = {}): Receipt => ({
  state,
  where: state,
  skipped: [],
  attempts: 0,
  ...rest,
});
const statement = (id: string, state: Receipt["state"] = "waiting"): Statement => ({
  id,
  aspect: "now",
  text: id,
  said: "2026",
  by: "patient",
  current: true,
  receipt: receipt(state),
});

test("looks after 0.5, 1, 2 and 4 seconds, then every 10", () => {
  expect([0, 1, 2, 3, 4, 5, 99].map(receiptDelay)).toEqual([
    500, 1000, 2000, 4000, 10_000, 10_000, 10_000,
  ]);
});

test("what is delivered, read or given up does not change by itself", () => {
  expect(isPending(receipt("waiting"))).toBe(true);
  expect(isPending(receipt("failed", { nextAttempt: "2026-04-15T10:00:00Z" }))).toBe(true);
  expect(isPending(receipt("failed"))).toBe(false);
  expect(isPending(receipt("delivered"))).toBe(false);
  expect(isPending(receipt("read"))).toBe(false);
});

describe("following a receipt", () => {
  /** Follows `answers`, one per look; records what was waited for and what was told. */
  async function follow(answers: (Statement | undefined)[], stopAfterLooks = Infinity) {
    const waits: number[] = [];
    const told: string[] = [];
    await followReceipt({
      read: async () => answers[waits.length - 1],
      onChange: (changed) => told.push(changed.receipt.state),
      wait: async (milliseconds) => {
        waits.push(milliseconds);
      },
      stopped: () => waits.length > stopAfterLooks,
    });
    return { waits, told };
  }

  test("ends when the statement is delivered", async () => {
    const seen = await follow([statement("a"), statement("a"), statement("a", "delivered")]);
    expect(seen).toEqual({ waits: [500, 1000, 2000], told: ["waiting", "waiting", "delivered"] });
  });

  test("goes on after a look that was not answered", async () => {
    const seen = await follow([undefined, statement("a", "delivered")]);
    expect(seen).toEqual({ waits: [500, 1000], told: ["delivered"] });
  });

  test("ends when nobody wants to know any more", async () => {
    const seen = await follow([statement("a"), statement("a"), statement("a")], 1);
    expect(seen).toEqual({ waits: [500, 1000], told: ["waiting"] });
  });
});

describe("the server's view with statements that we know better", () => {
  const view: PatientView = {
    patient: { name: "Amina" },
    languages: [],
    aspects: [
      {
        aspect: "now",
        freshness: "fresh",
        reason: "",
        statements: [statement("a"), statement("b")],
      },
    ],
  };

  test("a newer receipt takes the place of the older one", () => {
    const merged = withStatements(view, [statement("b", "delivered")]);
    expect(merged.aspects[0]?.statements.map(({ receipt: { state } }) => state)).toEqual([
      "waiting",
      "delivered",
    ]);
  });

  test("which words are current stays as the server's view says", () => {
    const merged = withStatements(view, [
      { ...statement("b", "delivered"), current: !statement("b").current },
    ]);
    expect(merged.aspects[0]?.statements[1]?.current).toBe(statement("b").current);
  });

  test("what was taken back shows its words no more, also before the view is read again", () => {
    const shown = { ...view.aspects[0]!.statements[1]!, standing: "stands" as const, text: "x" };
    const before = { ...view, aspects: [{ ...view.aspects[0]!, statements: [shown] }] };
    const { text: _, ...gone } = { ...shown, standing: "withdrawn" as const };
    const merged = withStatements(before, [gone]);
    expect(merged.aspects[0]?.statements[0]).toMatchObject({
      standing: "withdrawn",
      current: false,
    });
    expect(merged.aspects[0]?.statements[0]?.text).toBeUndefined();
  });

  test("a new statement comes first, and the view that was given is unchanged", () => {
    const merged = withStatements(view, [statement("c")]);
    expect(merged.aspects[0]?.statements.map(({ id }) => id)).toEqual(["c", "a", "b"]);
    expect(view.aspects[0]?.statements).toHaveLength(2);
  });

  test("a new statement of an aspect that was not there opens it", () => {
    const merged = withStatements(view, [{ ...statement("c"), aspect: "please-do" }]);
    expect(merged.aspects[1]).toMatchObject({ aspect: "please-do", statements: [{ id: "c" }] });
  });
});
