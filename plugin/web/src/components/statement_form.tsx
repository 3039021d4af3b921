import type { Ref } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Draft } from "../model/statement";
import { phrases } from "../phrases";
import type { Aspect, Declined, Statement } from "../server/types";
import { Choice } from "./choice";
import { SavedMessage } from "./saved_message";
import { StatementDetails } from "./statement_details";
import type { Saving } from "./use_saving";
import { WordsField } from "./words_field";

interface Props {
  saving: Saving;
  languages: { code: string; name: string }[];
  /** The statement saved last, with its newest receipt. */
  saved: Statement | undefined;
  field: Ref<HTMLTextAreaElement>;
}

const aspectOptions = Object.entries(phrases.aspects).map(([value, label]) => ({
  value: value as Aspect,
  label,
}));

const answers: { value: Draft["answer"]; label: string }[] = [
  { value: "words", label: phrases.answerWords },
  ...Object.entries(phrases.declined).map(([value, label]) => ({
    value: value as Declined,
    label: label.toLowerCase(),
  })),
];

function Answers({
  answer,
  onChange,
}: {
  answer: Draft["answer"];
  onChange: (answer: Draft["answer"]) => void;
}) {
  return (
    <fieldset class="answers">
      <legend>{phrases.formAnswer}</legend>
      {answers.map(({ value, label }) => (
        <label key={value}>
          <input
            type="radio"
            name="answer"
            value={value}
            checked={answer === value}
            onChange={() => onChange(value)}
          />
          {label}
        </label>
      ))}
    </fieldset>
  );
}

/** Adding what was said: write the words, save. Everything else has an answer already. */
export function StatementForm({ saving, languages, saved, field }: Props) {
  const { draft, change, save, isSaving, failure, fault } = saving;
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (fault) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [fault]);
  const submit = (event: Event) => {
    event.preventDefault();
    void save();
  };
  return (
    <form class="add" ref={form} onSubmit={submit} noValidate aria-labelledby="add-title">
      <h2 id="add-title">{draft.corrects ? phrases.correction.formTitle : phrases.formTitle}</h2>
      {draft.corrects && (
        <div class="corrects">
          <p class="small">
            {phrases.correction.formOld} <q dir="auto">{draft.corrects.text}</q>
          </p>
          <button type="button" class="secondary outline" onClick={saving.forget}>
            {phrases.correction.leave}
          </button>
        </div>
      )}
      <Choice
        label={phrases.formAspect}
        value={draft.aspect}
        options={aspectOptions}
        onChange={(aspect) => change({ aspect })}
      />
      <div class="prompts">
        <p class="small">{phrases.formPrompts}</p>
        <ul>
          {phrases.prompts[draft.aspect].map((prompt) => (
            <li key={prompt}>{prompt}</li>
          ))}
        </ul>
      </div>
      <Answers answer={draft.answer} onChange={(answer) => change({ answer })} />
      {draft.answer === "words" && (
        <WordsField
          field={field}
          text={draft.text}
          language={draft.language}
          invalid={fault?.kind.startsWith("words-") ?? false}
          onInput={(text) => change({ text })}
        />
      )}
      <StatementDetails draft={draft} languages={languages} fault={fault} onChange={change} />
      <button type="submit" aria-disabled={isSaving}>
        {isSaving ? phrases.saving : phrases.save}
      </button>
      <p class="failure" role="alert">
        {failure}
      </p>
      <SavedMessage saved={saved} />
    </form>
  );
}
