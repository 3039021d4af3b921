import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { Problem } from "./api";
import { shownAfter, type Shown } from "./shown";

/** What a page shows is read again when it comes back into view after this long. */
const refreshAfterMilliseconds = 30_000;

export interface Loaded<T> extends Shown<T> {
  reload: () => Promise<void>;
}

/**
 * Reads from the server at once, on `reload`, when the page comes back into view, and every
 * `pollMilliseconds` while it is visible. Requests never overlap. Stops for good when the session
 * ends.
 */
export function useServer<T>(load: () => Promise<T>, pollMilliseconds?: number): Loaded<T> {
  const [shown, setShown] = useState<Shown<T>>({ data: undefined, problem: undefined });
  const loader = useRef(load);
  loader.current = load;
  const running = useRef<Promise<void>>();
  const readAt = useRef(0);
  const ended = useRef(false);

  const read = useCallback(async () => {
    try {
      const data = await loader.current();
      setShown({ data, problem: undefined });
      readAt.current = Date.now();
    } catch (caught) {
      if (!(caught instanceof Problem)) throw caught;
      ended.current = caught.sessionEnded;
      setShown((before) => shownAfter(before, caught));
    }
  }, []);

  const reload = useCallback(async () => {
    if (ended.current) return;
    // Never share a request that is already under way: its answer may lack what was just saved.
    const next = (running.current ?? Promise.resolve()).then(read);
    running.current = next;
    await next;
    if (running.current === next) running.current = undefined;
  }, [read]);

  useEffect(() => {
    void reload();
  }, [reload]);

  useEffect(() => {
    const isIdle = () => !document.hidden && !running.current;
    const onReturn = () => {
      if (isIdle() && Date.now() - readAt.current > refreshAfterMilliseconds) void reload();
    };
    const timer =
      pollMilliseconds === undefined
        ? undefined
        : setInterval(() => {
            if (isIdle()) void reload();
          }, pollMilliseconds);
    document.addEventListener("visibilitychange", onReturn);
    addEventListener("pageshow", onReturn);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", onReturn);
      removeEventListener("pageshow", onReturn);
    };
  }, [pollMilliseconds, reload]);

  return { ...shown, reload };
}
