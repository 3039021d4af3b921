import type { Problem } from "./api";

/** What a page has to show. */
export interface Shown<T> {
  /** The newest answer; kept while a later request fails, and gone when one is refused. */
  data: T | undefined;
  /** The newest failure; gone with the next success. */
  problem: Problem | undefined;
}

/** What is left to show after a failure: what is refused now is not shown from before. */
export function shownAfter<T>(shown: Shown<T>, problem: Problem): Shown<T> {
  return { data: problem.isRefusal ? undefined : shown.data, problem };
}
