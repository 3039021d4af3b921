import { expect, test } from "vitest";
import { Problem } from "./api";
import { followEvents, reopenDelay, type LiveEvent } from "./live";

/** A stream of these parts, which then ends. */
function streamOf(...parts: string[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const part of parts) controller.enqueue(new TextEncoder().encode(part));
      controller.close();
    },
  });
}

/** Follows streams that are given one after the other, until the session ends. */
async function follow(...streams: (() => ReadableStream<Uint8Array>)[]) {
  const events: LiveEvent[] = [];
  const states: boolean[] = [];
  const waits: number[] = [];
  await followEvents({
    open: async () => {
      const next = streams.shift();
      if (!next) throw new Problem(401, "Please sign in again");
      return next();
    },
    onEvent: (event) => events.push(event),
    onState: (isLive) => states.push(isLive),
    wait: async (milliseconds) => void waits.push(milliseconds),
    chance: () => 0,
    signal: new AbortController().signal,
  });
  return { events, states, waits };
}

test("events are read however they are cut, and signs of life are none", async () => {
  const { events } = await follow(() =>
    streamOf(
      "retry: 3000\nevent: open\nda",
      'ta: {}\n\n:\n\nevent: changed\ndata: {"version":"17"}\n\nevent: ',
      'read\ndata: {"version":"18"}\n\nevent: other\ndata: {}\n\ndata: {"version":"19"}\n\n',
    ),
  );

  expect(events).toEqual([
    { name: "open", version: "" },
    { name: "changed", version: "17" },
    { name: "read", version: "18" },
  ]);
});

test("a stream that ends is opened again, and the page knows meanwhile", async () => {
  const open = () => streamOf("event: open\ndata: {}\n\n");
  const { events, states, waits } = await follow(open, open);

  expect(events.map(({ name }) => name)).toEqual(["open", "open"]);
  expect(states).toEqual([true, false, true, false, false]);
  expect(waits).toEqual([1500, 1500]);
});

test("a service that has no stream for us is asked less and less often", async () => {
  const refuse = () => {
    throw new Problem(503, "Too many pages are open");
  };
  const { states, waits } = await follow(refuse, refuse, refuse);

  expect(states).not.toContain(true);
  expect(waits).toEqual([1500, 3000, 6000]);
});

test("waits are spread and bounded", () => {
  expect(reopenDelay(1, 0)).toBe(1500);
  expect(reopenDelay(1, 1)).toBe(3000);
  expect(reopenDelay(50, 1)).toBe(120_000);
});
