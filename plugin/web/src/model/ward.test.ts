import { describe, expect, test } from "vitest";
import type { Freshness, WardRow } from "../server/types";
import { filterRows, sortRows } from "./ward";

const row = (name: string, freshness: Freshness, location?: string): WardRow => ({
  key: name,
  name,
  status: "in-progress",
  whatMatters: { freshness, reason: "" },
  ...(location === undefined ? {} : { location }),
});
const names = (rows: WardRow[]) => rows.map(({ name }) => name);

const ward = [
  row("Ten", "fresh", "Bed 10"),
  row("Nowhere", "unasked"),
  row("Two", "ageing", "Bed 2"),
  row("One", "declined", "Bed 1"),
  row("Three", "doubted", "Bed 3"),
  row("Four", "check", "Bed 4"),
  row("Five", "unread", "Bed 5"),
];

describe("the order of a ward", () => {
  test("by bed counts numbers as numbers, and puts who has no bed last", () => {
    expect(names(sortRows(ward, "location", "en"))).toEqual([
      "One",
      "Two",
      "Three",
      "Four",
      "Five",
      "Ten",
      "Nowhere",
    ]);
  });

  test("worth asking first begins with who was never asked; who declined is not pressed", () => {
    expect(names(sortRows(ward, "asking", "en"))).toEqual([
      "Nowhere",
      "Five",
      "Three",
      "Four",
      "Two",
      "One",
      "Ten",
    ]);
  });

  test("does not change the rows it was given", () => {
    sortRows(ward, "asking", "en");
    expect(ward[0]?.name).toBe("Ten");
  });
});

test.each([
  ["everyone", ["Ten", "Nowhere", "Two", "One", "Three", "Four", "Five"]],
  ["unasked", ["Nowhere"]],
  ["worth-checking", ["Two", "Three", "Four", "Five"]],
] as const)("the choice %s shows %j", (filter, expected) => {
  expect(names(filterRows(ward, filter))).toEqual(expected);
});
