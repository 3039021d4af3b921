import type { Freshness, WardRow } from "../server/types";

export const sortings = ["location", "asking"] as const;
export type Sorting = (typeof sortings)[number];

export const filters = ["everyone", "unasked", "worth-checking"] as const;
export type Filter = (typeof filters)[number];

/** Whom it is worth asking first. Who chose not to say is not pressed. */
const askingOrder: Freshness[] = [
  "unasked",
  "unread",
  "doubted",
  "check",
  "ageing",
  "declined",
  "fresh",
];

/** Whose record could not be read may have said something: that is to be looked up first. */
const worthChecking: Freshness[] = ["unread", "doubted", "check", "ageing"];

function byLocation(locale: string): (left: WardRow, right: WardRow) => number {
  const collator = new Intl.Collator(locale, { numeric: true });
  return (left, right) => {
    // A row without a place comes after all that have one.
    if (!left.location !== !right.location) return left.location ? -1 : 1;
    return (
      collator.compare(left.location ?? "", right.location ?? "") ||
      collator.compare(left.name ?? "", right.name ?? "")
    );
  };
}

export function sortRows(rows: readonly WardRow[], sorting: Sorting, locale: string): WardRow[] {
  const place = byLocation(locale);
  const urge = (row: WardRow) => askingOrder.indexOf(row.whatMatters.freshness);
  return [...rows].sort(
    (left, right) => (sorting === "asking" ? urge(left) - urge(right) : 0) || place(left, right),
  );
}

export function filterRows(rows: readonly WardRow[], filter: Filter): WardRow[] {
  if (filter === "everyone") return [...rows];
  return rows.filter(({ whatMatters: { freshness } }) =>
    filter === "unasked" ? freshness === "unasked" : worthChecking.includes(freshness),
  );
}
