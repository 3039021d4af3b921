import { exactTime, pageLocale, relativeTime } from "../model/time";

/** How long ago, with the exact time on pointing at it. */
export function Time({ at }: { at: string }) {
  const locale = pageLocale();
  return (
    <time dateTime={at} title={exactTime(at, locale)}>{relativeTime(at, new Date(), locale)}</time>
  );
}

/** The date itself, at its own precision. */
export function ExactTime({ at }: { at: string }) {
  return <time dateTime={at}>{exactTime(at, pageLocale())}</time>;
}
