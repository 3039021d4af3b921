import { createParser } from "eventsource-parser";
import { Problem } from "./api";

/** What the service says while a page is open (`openapi.yaml`, LiveEvents). */
export interface LiveEvent {
  /** `open` comes first; whatever was before it is not told. */
  name: "open" | "changed" | "read" | "receipt";
  /** Of `read` the time in milliseconds since 1970; of the others another one each time. */
  version: string;
}

export interface Live {
  /** Throws Problem where there is no stream to be had. */
  open: (signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>;
  onEvent: (event: LiveEvent) => void;
  /** Whether changes are told at the moment. */
  onState: (isLive: boolean) => void;
  wait: (milliseconds: number) => Promise<void>;
  /** From 0 to below 1. */
  chance: () => number;
  /** Ends it for good. */
  signal: AbortSignal;
}

/** Three signs of life were missed: nobody is there any more, whatever the network says. */
const silentMilliseconds = 65_000;

const names: readonly string[] = ["open", "changed", "read", "receipt"];

/** How long to wait before the stream is opened again, after so many failures in a row. */
export function reopenDelay(failures: number, chance: number): number {
  const longest = Math.min(3000 * 2 ** Math.max(failures - 1, 0), 120_000);
  return longest * (0.5 + chance / 2);
}

function versionOf(data: string): string {
  try {
    return String(JSON.parse(data).version ?? "");
  } catch {
    return "";
  }
}

/** Gives the events of one stream until it ends. */
async function readStream(live: Live, onFirst: () => void): Promise<void> {
  const ending = new AbortController();
  const end = () => ending.abort();
  live.signal.addEventListener("abort", end);
  let silence = setTimeout(end, silentMilliseconds);
  try {
    const reader = (await live.open(ending.signal)).getReader();
    ending.signal.addEventListener("abort", () => void reader.cancel().catch(() => undefined));
    const text = new TextDecoder();
    const parser = createParser({
      onEvent: ({ event, data }) => {
        if (!event || !names.includes(event)) return;
        if (event === "open") onFirst();
        live.onEvent({ name: event as LiveEvent["name"], version: versionOf(data) });
      },
    });
    for (;;) {
      const { value, done } = await reader.read();
      if (done || ending.signal.aborted) return;
      clearTimeout(silence);
      silence = setTimeout(end, silentMilliseconds);
      parser.feed(text.decode(value, { stream: true }));
    }
  } finally {
    clearTimeout(silence);
    live.signal.removeEventListener("abort", end);
    end();
  }
}

/** Keeps a stream open, and opens it again, until the session or the page ends. */
export async function followEvents(live: Live): Promise<void> {
  for (let failures = 0; !live.signal.aborted;) {
    failures += 1;
    try {
      await readStream(live, () => {
        failures = 0;
        live.onState(true);
      });
    } catch (caught) {
      if (caught instanceof Problem && caught.sessionEnded) break;
    }
    if (live.signal.aborted) break;
    live.onState(false);
    await live.wait(reopenDelay(Math.max(failures, 1), live.chance()));
  }
  live.onState(false);
}
