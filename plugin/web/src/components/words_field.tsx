import type { Ref } from "preact";
import { charactersMax, charactersSuggested, countCharacters } from "../model/statement";
import { phrases } from "../phrases";

/** Below this many characters nobody needs to count. */
const charactersCounted = 200;

interface Props {
  field: Ref<HTMLTextAreaElement>;
  text: string;
  language: string;
  invalid: boolean;
  onInput: (text: string) => void;
}

function counterText(count: number): string {
  if (count > charactersMax) return phrases.counterOver(count);
  if (count > charactersSuggested) return phrases.counterLong(count);
  return count > charactersCounted ? phrases.counter(count) : "";
}

/**
 * Where the words go. It has no `maxlength`: that would cut pasted words short without a sign. Text
 * that is too long is refused by the form, with a message.
 */
export function WordsField({ field, text, language, invalid, onInput }: Props) {
  const count = countCharacters(text.trim());
  return (
    <div>
      <label for="words">{phrases.formText}</label>
      <textarea
        id="words"
        ref={field}
        class="words-field"
        rows={4}
        dir="auto"
        lang={language}
        value={text}
        aria-describedby="words-hint words-counter"
        aria-invalid={invalid || undefined}
        autocomplete="off"
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      <p class="small" id="words-hint">
        {phrases.formTextHint}
      </p>
      <p class={count > charactersMax ? "small counter-over" : "small"} id="words-counter">
        {counterText(count)}
      </p>
    </div>
  );
}
