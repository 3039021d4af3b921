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

/** What was said, verbatim, isolated from the direction of the text around it; or that it was not. */
export function Words({ text, declined, language, kept }: Props) {
  if (text === undefined) {
    const answer = declined ? phrases.declined[declined] : phrases.keptHidden;
    return <p class="words-absent">{answer}</p>;
  }
  return (
    <blockquote class={text.length > longCharacters ? "words words-long" : "words"}>
      {kept && <p class="kept"><span aria-hidden="true">◆ </span>{phrases.kept}</p>}
      <p dir="auto" lang={language}><bdi>{text}</bdi></p>
    </blockquote>
  );
}
