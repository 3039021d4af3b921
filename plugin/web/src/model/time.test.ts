import { describe, expect, test } from "vitest";
import { exactTime, localDate, localDateTime, parseDateTime, relativeTime } from "./time";

const now = new Date("2026-04-15T10:00:00+02:00");
const relative = (text: string) => relativeTime(text, now, "en-GB");

describe("exact time keeps the precision of the date", () => {
  test.each([
    ["2026", "2026"],
    ["2026-03", "March 2026"],
    ["2026-03-14", "14 March 2026"],
    ["2026-03-14T09:05:00+01:00", "14 March 2026 at 09:05"],
    ["2026-03-14T23:30:00Z", "15 March 2026 at 00:30"],
    ["2024-02-29", "29 February 2024"],
  ])("%s is %s", (text, expected) => {
    expect(exactTime(text, "en-GB")).toBe(expected);
  });

  test.each(["", "soon", "2026-13", "2026-02-31", "2026-03-14T09:05:00", "14/03/2026", "26"])(
    "what is no FHIR dateTime is shown as it is: %j",
    (text) => {
      expect(parseDateTime(text)).toBeUndefined();
      expect(exactTime(text, "en-GB")).toBe(text);
      expect(relative(text)).toBe(text);
    },
  );
});

describe("relative time is no finer than the date", () => {
  test.each([
    ["2026-04-15T09:59:30+02:00", "just now"],
    ["2026-04-15T10:03:00+02:00", "just now"],
    ["2026-04-15T09:59:00+02:00", "1 minute ago"],
    ["2026-04-15T09:00:01+02:00", "59 minutes ago"],
    ["2026-04-15T08:00:00+02:00", "2 hours ago"],
    ["2026-04-14T23:00:00+02:00", "11 hours ago"],
    ["2026-04-14T10:00:01+02:00", "23 hours ago"],
    ["2026-04-14T10:00:00+02:00", "1 day ago"],
    ["2026-04-13T23:00:00+02:00", "1 day ago"],
    ["2026-02-16T10:00:00+01:00", "57 days ago"],
    ["2026-02-10T10:00:00+01:00", "2 months ago"],
    ["2026-04-15", "today"],
    ["2026-04-14", "yesterday"],
    ["2026-04-05", "10 days ago"],
    ["2026-02-10", "2 months ago"],
    ["2025-11-30", "4 months ago"],
    ["2023-04-16", "2 years ago"],
    ["2026-03", "in March 2026"],
    ["2025", "in 2025"],
  ])("%s is %s", (text, expected) => {
    expect(relative(text)).toBe(expected);
  });

  test("the night when summer time begins does not cost a day", () => {
    expect(relative("2026-03-28")).toBe("18 days ago");
  });

  test.each([
    ["2026-04-15T10:30:00+02:00", "15 April 2026 at 10:30"],
    ["2026-04-16", "16 April 2026"],
  ])("the future is given exactly: %s", (text, expected) => {
    expect(relative(text)).toBe(expected);
  });
});

test("now is written with the reader's own offset from UTC", () => {
  expect(localDateTime(new Date("2026-04-15T22:30:05Z"))).toBe("2026-04-16T00:30:05+02:00");
  expect(localDateTime(new Date("2026-01-15T10:00:00Z"))).toBe("2026-01-15T11:00:00+01:00");
  expect(localDate(new Date("2026-04-15T22:30:05Z"))).toBe("2026-04-16");
});
