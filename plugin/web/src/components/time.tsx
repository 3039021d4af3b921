import { exactTime, pageLocale, relativeTime } from "../model/time";

/**
 * How long ago, with the exact time on pointing at it; on paper, which does not age, the exact
 * time.
 */
export function Time({ at }: { at: string }) {
  const locale = pageLocale();
  const exact = exactTime(at, locale);
  return (
    <time dateTime={at} title={exact}>
      <span class="screen-only">{relativeTime(at, new Date(), locale)}</span>
      <span class="print-only">{exact}</span>
    </time>
  );
}

/** The date itself, at its own precision. */
export function ExactTime({ at }: { at: string }) {
  return <time dateTime={at}>{exactTime(at, pageLocale())}</time>;
}
