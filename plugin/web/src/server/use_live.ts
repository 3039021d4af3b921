import { useEffect, useRef, useState } from "preact/hooks";
import { followEvents, type LiveEvent } from "./live";

/**
 * Follows the events of a stream for as long as the page can be seen and `isWanted`. Whether changes
 * are told at the moment: where they are not, the page has to ask.
 */
export function useLive(
  open: (signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>,
  onEvent: (event: LiveEvent) => void,
  isWanted = true,
): boolean {
  const [isLive, setIsLive] = useState(false);
  const opener = useRef(open);
  const handler = useRef(onEvent);
  opener.current = open;
  handler.current = onEvent;

  useEffect(() => {
    if (!isWanted) return;
    let following: AbortController | undefined;
    const start = () => {
      if (following) return;
      const { signal } = (following = new AbortController());
      void followEvents({
        open: (ending) => opener.current(ending),
        onEvent: (event) => handler.current(event),
        onState: setIsLive,
        wait: (milliseconds) =>
          new Promise((resolve) => {
            setTimeout(resolve, milliseconds);
          }),
        chance: Math.random,
        signal,
      });
    };
    const stop = () => {
      following?.abort();
      following = undefined;
    };
    const onVisibility = () => (document.hidden ? stop() : start());
    onVisibility();
    document.addEventListener("visibilitychange", onVisibility);
    return () => {
      document.removeEventListener("visibilitychange", onVisibility);
      stop();
    };
  }, [isWanted]);

  return isLive;
}
