import { describe, expect, test } from "vitest";
import {
  buildStatement,
  correctionDraft,
  countCharacters,
  emptyDraft,
  faultOf,
  isBegun,
  nextAttempt,
  type Draft,
} from "./statement";

const now = new Date("2026-04-15T10:00:00+02:00");
const draft = (change: Partial<Draft> = {}): Draft => ({
  ...emptyDraft("now", "en"),
  text: "Home to my dog.",
  ...change,
});
const id = "urn:uuid:5f3f7e0e-6a5c-4b5e-9f43-0a4d2a3c1b11";

describe("a statement from the form", () => {
  test("needs the words only", () => {
    expect(buildStatement(draft(), id, now)).toEqual({
      id,
      aspect: "now",
      text: "Home to my dog.",
      language: "en",
      said: "2026-04-15T10:00:00+02:00",
      by: "patient",
      method: "in-person",
    });
  });

  test("keeps the words as typed, but for blank space around them", () => {
    const text = "  line one\n  line  two <b>&amp;</b> \u{1F436}\u202E\n";
    expect(buildStatement(draft({ text }), id, now).text).toBe(
      "line one\n  line  two <b>&amp;</b> \u{1F436}\u202E",
    );
  });

  test("has a reason instead of words, never both", () => {
    const statement = buildStatement(draft({ answer: "asked-declined" }), id, now);
    expect(statement.declined).toBe("asked-declined");
    expect(statement).not.toHaveProperty("text");
  });

  test.each([
    ["now", "2026-04-15T10:00:00+02:00"],
    ["today", "2026-04-15"],
    ["day", "2026-04-02"],
  ] as const)("said %s is as precise as was chosen", (when, said) => {
    expect(buildStatement(draft({ when, day: "2026-04-02" }), id, now).said).toBe(said);
  });

  test("names who spoke only where it was not the patient", () => {
    expect(
      buildStatement(draft({ by: "related-person", byName: " Amina, daughter " }), id, now),
    ).toMatchObject({ by: "related-person", byName: "Amina, daughter" });
    expect(buildStatement(draft({ byName: "left over" }), id, now)).not.toHaveProperty("byName");
  });

  test("says that it is to be kept only where it is", () => {
    expect(buildStatement(draft({ keep: true, note: " aloud " }), id, now)).toMatchObject({
      keep: true,
      note: "aloud",
    });
    expect(buildStatement(draft(), id, now)).not.toHaveProperty("keep");
  });
});

describe("what keeps a draft from being saved", () => {
  test.each<[Partial<Draft>, string | undefined]>([
    [{}, undefined],
    [{ text: " \n" }, "words-missing"],
    [{ text: "", answer: "temp-unknown" }, undefined],
    [{ text: "x".repeat(2000) }, undefined],
    [{ text: "\u{1F436}".repeat(2000) }, undefined],
    [{ text: "x".repeat(2001) }, "words-too-long"],
    [{ by: "related-person" }, "name-missing"],
    [{ by: "related-person", byName: "x".repeat(201) }, "name-too-long"],
    [{ note: "x".repeat(1001) }, "note-too-long"],
    [{ when: "day" }, "day-missing"],
    [{ when: "day", day: "2026-04-15" }, undefined],
    [{ when: "day", day: "2026-04-16" }, "day-future"],
  ])("%j", (change, expected) => {
    expect(faultOf(draft(change), now)).toBe(expected);
  });
});

test("characters are code points, as the service counts them", () => {
  expect(countCharacters("a\u{1F436}é")).toBe(3);
});

describe("an attempt after one whose outcome is not known", () => {
  const later = new Date(now.getTime() + 60_000);
  const mintId = () => id;
  const mintNone = () => {
    throw new Error("a new id was minted");
  };
  const first = nextAttempt(draft(), undefined, now, mintId);

  test("sends the very same statement while the draft is the same", () => {
    const second = nextAttempt(draft(), first, later, mintNone);
    expect(second.body).toEqual(first.body);
  });

  test("keeps the id when the draft has changed", () => {
    const second = nextAttempt(draft({ text: "Home." }), first, later, mintNone);
    expect(second.body).toMatchObject({ id, text: "Home." });
  });

  test("has an id of its own where there was none before", () => {
    expect(first.body.id).toBe(id);
  });
});

describe("words that are put right", () => {
  const wrong = {
    id: "urn:uuid:0b1f7e0e-6a5c-4b5e-9f43-0a4d2a3c1b11",
    aspect: "about-me" as const,
    text: "A gardner.",
    language: "fr",
    said: "2026-04-14",
    by: "related-person" as const,
    byName: "Amina, daughter",
    method: "phone" as const,
    kept: true,
    current: true,
    receipt: { state: "delivered" as const, where: "", skipped: [], attempts: 1 },
  };

  test("keep who said them, when, how and in which language, and name what they replace", () => {
    const right = { ...correctionDraft(wrong, "en"), text: "A gardener." };
    expect(buildStatement(right, id, now)).toEqual({
      id,
      aspect: "about-me",
      text: "A gardener.",
      language: "fr",
      said: "2026-04-14",
      by: "related-person",
      byName: "Amina, daughter",
      method: "phone",
      keep: true,
      replaces: wrong.id,
      wrong: true,
    });
  });

  test("that nobody was told when they were said get a time of their own", () => {
    const { said: _, ...undated } = wrong;
    const right = correctionDraft(undated, "en");
    expect(buildStatement(right, id, now).said).toBe("2026-04-15T10:00:00+02:00");
  });

  test("are a draft that was begun once they differ from what was there", () => {
    const right = correctionDraft(wrong, "en");
    expect(isBegun(right)).toBe(false);
    expect(isBegun({ ...right, text: "A gardener." })).toBe(true);
    expect(isBegun(draft())).toBe(true);
    expect(isBegun(draft({ text: " " }))).toBe(false);
  });
});
