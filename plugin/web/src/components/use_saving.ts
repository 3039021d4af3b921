import { useRef, useState } from "preact/hooks";
import {
  correctionDraft,
  emptyDraft,
  faultOf,
  isBegun,
  newId,
  nextAttempt,
  type Attempt,
  type Draft,
  type Fault,
} from "../model/statement";
import { phrases } from "../phrases";
import { Problem, type Api } from "../server/api";
import type { Statement } from "../server/types";

/** Why a save did not succeed, in words for the person at the form. */
function messageOf(problem: Problem): string {
  if (problem.status === 0) return phrases.notSavedUnreachable;
  if (problem.status === 409) return phrases.conflict;
  const reasons = problem.errors.map(({ detail }) => detail).join(" ") || problem.detail;
  const number = problem.requestId ? phrases.requestId(problem.requestId) : "";
  return [phrases.notSaved, reasons, number].filter(Boolean).join(" ");
}

export interface Saving {
  draft: Draft;
  change: (change: Partial<Draft>) => void;
  save: () => Promise<void>;
  isSaving: boolean;
  /** Why the last save did not happen; empty after a change or a success. */
  failure: string;
  /** What is missing or wrong in the form; a new object each time a save is refused for it. */
  fault: { kind: Fault } | undefined;
  sessionEnded: boolean;
  /** The id of the statement saved last, until the next change. */
  savedId: string;
  /** Begins to correct a statement; not where somebody has begun to write something else. */
  correct: (statement: Statement) => void;
  /** Leaves what was written down as it is. */
  forget: () => void;
}

/** The draft of a new statement, kept in memory until the service says that it has it. */
export function useSaving(
  server: Api,
  initial: Draft,
  onSaved: (saved: Statement) => void,
  onConflict: () => void,
): Saving {
  const [draft, setDraft] = useState(initial);
  const [isSaving, setSaving] = useState(false);
  const [failure, setFailure] = useState("");
  const [fault, setFault] = useState<{ kind: Fault }>();
  const [sessionEnded, setSessionEnded] = useState(false);
  const [savedId, setSavedId] = useState("");
  const attempt = useRef<Attempt>();

  async function save() {
    if (isSaving) return;
    const kind = faultOf(draft, new Date());
    setFault(kind && { kind });
    setFailure(kind ? phrases.faults[kind] : "");
    if (kind) return;
    setSaving(true);
    attempt.current = nextAttempt(draft, attempt.current, new Date(), newId);
    try {
      const { statement } = await server.addStatement(attempt.current.body);
      attempt.current = undefined;
      setDraft(emptyDraft(draft.aspect, draft.language));
      setSavedId(statement.id);
      onSaved(statement);
    } catch (caught) {
      if (!(caught instanceof Problem)) throw caught;
      if (caught.status === 409) {
        // The id is taken: what was changed since is a statement of its own.
        attempt.current = undefined;
        onConflict();
      }
      setSessionEnded(caught.sessionEnded);
      setFailure(messageOf(caught));
    } finally {
      setSaving(false);
    }
  }

  function change(part: Partial<Draft>) {
    setFailure("");
    setFault(undefined);
    setSavedId("");
    setDraft((before) => ({ ...before, ...part }));
  }

  function replace(next: Draft) {
    attempt.current = undefined;
    setFailure("");
    setFault(undefined);
    setSavedId("");
    setDraft(next);
  }

  function correct(statement: Statement) {
    if (isBegun(draft)) setFailure(phrases.draftBegun);
    else replace(correctionDraft(statement, draft.language));
  }

  const forget = () => replace(emptyDraft(draft.aspect, draft.language));

  return {
    draft,
    change,
    save,
    isSaving,
    failure,
    fault,
    sessionEnded,
    savedId,
    correct,
    forget,
  };
}
