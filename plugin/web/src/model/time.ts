/** FHIR dates and times, https://hl7.org/fhir/R4/datatypes.html#dateTime, as people say them. */

import { phrases } from "../phrases";

type Precision = "year" | "month" | "day" | "instant";

interface Moment {
  precision: Precision;
  /** The instant; for a partial date the start of its year, month or day, in local time. */
  date: Date;
}

const dateTime =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?)?)?$/;

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** A clock that runs ahead of ours by less than this still says "just now". */
const clockSkewMilliseconds = 5 * minute;

/** The language for dates: the reader's own variant of the page's language, where there is one. */
export function pageLocale(): string {
  const page = document.documentElement.lang || "en";
  return navigator.languages.find((language) => language.split("-")[0] === page) ?? page;
}

export function parseDateTime(text: string): Moment | undefined {
  const match = dateTime.exec(text);
  if (!match) return undefined;
  const [, year, month, dayOfMonth, time] = match;
  if (time) {
    const date = new Date(text);
    return Number.isNaN(date.getTime()) ? undefined : { precision: "instant", date };
  }
  const monthIndex = Number(month ?? 1) - 1;
  const date = new Date(Number(year), monthIndex, Number(dayOfMonth ?? 1));
  if (date.getMonth() !== monthIndex) return undefined;
  return { precision: dayOfMonth ? "day" : month ? "month" : "year", date };
}

const formats: Record<Precision, Intl.DateTimeFormatOptions> = {
  year: { year: "numeric" },
  month: { year: "numeric", month: "long" },
  day: { year: "numeric", month: "long", day: "numeric" },
  instant: { year: "numeric", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit" },
};

/**
 * The date at its own precision: "2026-03" is "March 2026". What is no date is returned as it is.
 */
export function exactTime(text: string, locale: string): string {
  const moment = parseDateTime(text);
  if (!moment) return text;
  return new Intl.DateTimeFormat(locale, formats[moment.precision]).format(moment.date);
}

/** The time of day alone, for what happened today. */
export function clockTime(date: Date, locale: string): string {
  return new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" }).format(date);
}

function startOfDay(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/** Whole calendar days from `date` to `now`, so that summer time does not shift them. */
function calendarDays(date: Date, now: Date): number {
  return Math.round((startOfDay(now) - startOfDay(date)) / day);
}

function relativeDays(days: number, date: Date, now: Date, locale: string): string {
  const always = new Intl.RelativeTimeFormat(locale, { numeric: "always" });
  if (days < 60) return always.format(-days, "day");
  const months =
    (now.getFullYear() - date.getFullYear()) * 12 +
    now.getMonth() -
    date.getMonth() -
    (now.getDate() < date.getDate() ? 1 : 0);
  return months < 24
    ? always.format(-months, "month")
    : always.format(-Math.floor(months / 12), "year");
}

/**
 * How long ago, no finer than the date itself: "20 minutes ago", "yesterday", "in March 2026".
 * Of an instant the days are spans of 24 hours, as in the server's reason for its freshness; of a
 * date they are the calendar's. What lies in the future, or is no date, is given exactly.
 */
export function relativeTime(text: string, now: Date, locale: string): string {
  const moment = parseDateTime(text);
  if (!moment) return text;
  const exact = exactTime(text, locale);
  if (moment.precision === "year" || moment.precision === "month") return phrases.inPeriod(exact);

  const age = now.getTime() - moment.date.getTime();
  if (moment.precision === "day") {
    const days = calendarDays(moment.date, now);
    if (days < 0) return exact;
    return days < 2
      ? new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(-days, "day")
      : relativeDays(days, moment.date, now, locale);
  }
  if (age < -clockSkewMilliseconds) return exact;
  if (age < minute) return phrases.justNow;
  const format = new Intl.RelativeTimeFormat(locale, { numeric: "always" });
  if (age < hour) return format.format(-Math.floor(age / minute), "minute");
  if (age < day) return format.format(-Math.floor(age / hour), "hour");
  return relativeDays(Math.floor(age / day), moment.date, now, locale);
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

/** Today's date where the reader is, as a FHIR date. */
export function localDate(now: Date): string {
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/** This instant with the reader's own offset from UTC, as FHIR wants it. */
export function localDateTime(now: Date): string {
  const offset = -now.getTimezoneOffset();
  const size = Math.abs(offset);
  const zone = `${offset < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
  const clock = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join(":");
  return `${localDate(now)}T${clock}${zone}`;
}
