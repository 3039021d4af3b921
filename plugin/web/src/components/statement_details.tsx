import { useEffect, useRef } from "preact/hooks";
import { methods, type Draft, type Fault } from "../model/statement";
import { localDate } from "../model/time";
import { phrases } from "../phrases";
import { Choice } from "./choice";

interface Props {
  draft: Draft;
  languages: { code: string; name: string }[];
  fault: { kind: Fault } | undefined;
  onChange: (change: Partial<Draft>) => void;
}

function summaryOf(draft: Draft, languages: Props["languages"]): string {
  const language = languages.find(({ code }) => code === draft.language)?.name ?? draft.language;
  const by = draft.by === "patient" ? phrases.byPatient : draft.byName || phrases.byFamily;
  const when = {
    now: phrases.whenNow,
    today: phrases.whenToday,
    day: phrases.whenDay,
    before: phrases.whenBefore,
  }[draft.when];
  return [by, when, phrases.methods[draft.method] ?? draft.method, language].join(" · ");
}

function Speaker({ draft, fault, onChange }: Omit<Props, "languages">) {
  return (
    <>
      <Choice
        label={phrases.formBy}
        value={draft.by}
        onChange={(by) => onChange({ by })}
        options={[
          { value: "patient", label: phrases.byPatient },
          { value: "related-person", label: phrases.byFamily },
        ]}
      />
      {draft.by === "related-person" && (
        <label>
          {phrases.formByName}
          <input
            type="text"
            dir="auto"
            autocomplete="off"
            value={draft.byName}
            aria-describedby="by-name-hint"
            aria-invalid={fault?.kind.startsWith("name-") || undefined}
            onInput={(event) => onChange({ byName: event.currentTarget.value })}
          />
          <span class="small" id="by-name-hint">
            {phrases.formByNameHint}
          </span>
        </label>
      )}
    </>
  );
}

const before = { value: "before" as const, label: phrases.whenBefore };

function When({ draft, fault, onChange }: Omit<Props, "languages">) {
  return (
    <>
      <Choice
        label={phrases.formWhen}
        value={draft.when}
        onChange={(when) => onChange({ when })}
        options={[
          ...(draft.corrects?.said ? [before] : []),
          { value: "now", label: phrases.whenNow },
          { value: "today", label: phrases.whenToday },
          { value: "day", label: phrases.whenDay },
        ]}
      />
      {draft.when === "day" && (
        <label>
          {phrases.formDay}
          <input
            type="date"
            max={localDate(new Date())}
            value={draft.day}
            aria-invalid={fault?.kind.startsWith("day-") || undefined}
            onInput={(event) => onChange({ day: event.currentTarget.value })}
          />
        </label>
      )}
    </>
  );
}

/**
 * Who, when and how: right for most as it stands, so it is folded and its summary says what it
 * holds.
 */
export function StatementDetails({ draft, languages, fault, onChange }: Props) {
  const folded = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    if (fault && folded.current && !fault.kind.startsWith("words-")) folded.current.open = true;
  }, [fault]);
  return (
    <details class="who-when-how" ref={folded}>
      <summary>
        <span>
          {phrases.formDetails}
          <span class="small">
            <bdi>{summaryOf(draft, languages)}</bdi>
          </span>
        </span>
      </summary>
      <Speaker draft={draft} fault={fault} onChange={onChange} />
      <When draft={draft} fault={fault} onChange={onChange} />
      <Choice
        label={phrases.formMethod}
        value={draft.method}
        onChange={(method) => onChange({ method })}
        options={methods.map((value) => ({ value, label: phrases.methods[value] ?? value }))}
      />
      <Choice
        label={phrases.formLanguage}
        value={draft.language}
        onChange={(language) => onChange({ language })}
        options={languages.map(({ code, name }) => ({ value: code, label: name, lang: code }))}
      />
      <label>
        {phrases.formNote}
        <input
          type="text"
          dir="auto"
          autocomplete="off"
          value={draft.note}
          aria-invalid={fault?.kind.startsWith("note-") || undefined}
          onInput={(event) => onChange({ note: event.currentTarget.value })}
        />
      </label>
      <label>
        <input
          type="checkbox"
          checked={draft.keep}
          onChange={(event) => onChange({ keep: event.currentTarget.checked })}
        />
        {phrases.formKeep}
      </label>
    </details>
  );
}
