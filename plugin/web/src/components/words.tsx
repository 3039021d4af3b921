import { phrases } from "../phrases";
import type { Declined } from "../server/types";

/** Above this many characters the letters are smaller, so that they still fit one look. */
const longCharacters = 180;

interface Props {
  text?: string | undefined;
  declined?: Declined | undefined;
  language?: string | undefined;
  kept?: boolean | undefined;
}

/**
 * What was said, verbatim; or that it was not. `dir=auto` gives the words their own direction and
 * isolates them from the text around. (A `bdi` inside would be left out when the direction is
 * found.)
 */
export function Words({ text, declined, language, kept }: Props) {
  if (text === undefined) {
    const answer = declined ? phrases.declined[declined] : phrases.keptWords;
    return <p class="words-absent">{answer}</p>;
  }
  return (
    <>
      {kept && (
        <p class="kept">
          <span aria-hidden="true">◆ </span>
          {phrases.kept}
        </p>
      )}
      {kept && <p class="print-only">{phrases.keptPrint}</p>}
      <blockquote
        class={`words ${text.length > longCharacters ? "words-long" : ""} ${kept ? "screen-only" : ""}`}
        dir="auto"
        lang={language}
      >
        {text}
      </blockquote>
    </>
  );
}
