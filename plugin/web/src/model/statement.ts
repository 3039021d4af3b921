import type { Aspect, Declined, Method, NewStatement, Speaker, Statement } from "../server/types";
import { localDate, localDateTime } from "./time";

/** Above this many characters we suggest fewer words. */
export const charactersSuggested = 300;
/** The service refuses more than this many characters (Unicode code points). */
export const charactersMax = 2000;
/** The same for a name, and for a note. */
export const nameCharactersMax = 200;
export const noteCharactersMax = 1000;

/** How it was asked: the codes of the API, whose words are in phrases.ts. */
export const methods = ["in-person", "phone", "portal", "interpreter", "observed"] as const;

/** The form as it stands. */
export interface Draft {
  aspect: Aspect;
  answer: "words" | Declined;
  text: string;
  language: string;
  /** `before`: when what it corrects was said. */
  when: "now" | "today" | "day" | "before";
  /** `YYYY-MM-DD`, used when `when` is `day`. */
  day: string;
  by: Speaker;
  byName: string;
  method: Method;
  note: string;
  keep: boolean;
  /** What was written down wrongly, and is taken back by this. */
  corrects?: { id: string; said: string | undefined; text: string | undefined } | undefined;
}

/** What was written down, to be put right: everything in it may be what was wrong. */
export function correctionDraft(wrong: Statement, language: string): Draft {
  return {
    aspect: wrong.aspect,
    answer: wrong.declined ?? "words",
    text: wrong.text ?? "",
    language: wrong.language ?? language,
    when: wrong.said ? "before" : "now",
    day: "",
    by: wrong.by === "patient" ? "patient" : "related-person",
    byName: wrong.byName ?? "",
    method: wrong.method ?? methods[0],
    note: wrong.note ?? "",
    keep: wrong.kept ?? false,
    corrects: { id: wrong.id, said: wrong.said, text: wrong.text },
  };
}

/** Whether somebody has begun to write, and would lose it. */
export function isBegun(draft: Draft): boolean {
  return draft.text.trim() !== "" && draft.text !== draft.corrects?.text;
}

export function emptyDraft(aspect: Aspect, language: string): Draft {
  return {
    aspect,
    answer: "words",
    text: "",
    language,
    when: "now",
    day: "",
    by: "patient",
    byName: "",
    method: methods[0],
    note: "",
    keep: false,
  };
}

export type Fault =
  | "words-missing"
  | "words-too-long"
  | "name-missing"
  | "name-too-long"
  | "note-too-long"
  | "day-missing"
  | "day-future";

/** Characters as the service counts them: Unicode code points. */
export function countCharacters(text: string): number {
  return [...text].length;
}

/** The first thing that keeps this draft from being saved. */
export function faultOf(draft: Draft, now: Date): Fault | undefined {
  if (draft.answer === "words") {
    if (!draft.text.trim()) return "words-missing";
    if (countCharacters(draft.text.trim()) > charactersMax) return "words-too-long";
  }
  if (draft.by === "related-person") {
    if (!draft.byName.trim()) return "name-missing";
    if (countCharacters(draft.byName.trim()) > nameCharactersMax) return "name-too-long";
  }
  if (countCharacters(draft.note.trim()) > noteCharactersMax) return "note-too-long";
  if (draft.when === "day") {
    if (!draft.day) return "day-missing";
    if (draft.day > localDate(now)) return "day-future";
  }
  return undefined;
}

function saidOf(draft: Draft, now: Date): string {
  if (draft.when === "before") return draft.corrects?.said ?? localDateTime(now);
  if (draft.when === "now") return localDateTime(now);
  return draft.when === "today" ? localDate(now) : draft.day;
}

/** The statement to send. The words are kept as typed, but for blank space around them. */
export function buildStatement(draft: Draft, id: string, now: Date): NewStatement {
  return {
    id,
    aspect: draft.aspect,
    ...(draft.answer === "words" ? { text: draft.text.trim() } : { declined: draft.answer }),
    language: draft.language,
    said: saidOf(draft, now),
    by: draft.by,
    ...(draft.by === "related-person" ? { byName: draft.byName.trim() } : {}),
    method: draft.method,
    ...(draft.note.trim() ? { note: draft.note.trim() } : {}),
    ...(draft.keep ? { keep: true } : {}),
    ...(draft.corrects ? { replaces: draft.corrects.id, wrong: true } : {}),
  };
}

/** A draft that was sent, and what was sent for it. */
export interface Attempt {
  draft: Draft;
  body: NewStatement;
}

/** A new id for a statement; a page that is served over HTTPS or from loopback can make one. */
export function newId(): string {
  return `urn:uuid:${crypto.randomUUID()}`;
}

/**
 * What to send for `draft` after an attempt whose outcome is not known. The same draft gives the
 * very same statement, time included, so that the service can tell that it has it already; a
 * changed draft keeps the id, so that at most one of the two is taken.
 */
export function nextAttempt(
  draft: Draft,
  before: Attempt | undefined,
  now: Date,
  mint: () => string,
): Attempt {
  if (before && JSON.stringify(before.draft) === JSON.stringify(draft)) return before;
  return { draft, body: buildStatement(draft, before?.body.id ?? mint(), now) };
}
