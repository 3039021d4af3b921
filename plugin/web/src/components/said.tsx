import { pageLocale } from "../model/time";
import { phrases } from "../phrases";
import type { Speaker } from "../server/types";
import { Time } from "./time";

interface Props {
  said?: string | undefined;
  by?: Speaker | undefined;
  byName?: string | undefined;
  language?: string | undefined;
  method?: string | undefined;
}

/** The language's name, where it is not the one of the page. */
function otherLanguage(language: string | undefined): string | undefined {
  if (!language) return undefined;
  const locale = pageLocale();
  if (language.split("-")[0] === locale.split("-")[0]) return undefined;
  try {
    return new Intl.DisplayNames(locale, { type: "language" }).of(language);
  } catch {
    return language; // not a language tag: better shown than hidden
  }
}

function Sayer({ by, byName }: Pick<Props, "by" | "byName">) {
  if (by !== "related-person") return <>{phrases.sayer.patient}</>;
  if (!byName) return <>{phrases.sayer.family}</>;
  return (
    <>
      {phrases.sayer.familyNamed} <bdi>{byName}</bdi>
      {phrases.sayer.familyAfter}
    </>
  );
}

/** "Said 2 days ago, by Amina, daughter, who spoke for the patient, in Arabic, by phone" */
export function Said({ said, by, byName, language, method }: Props) {
  const other = otherLanguage(language);
  return (
    <p class="said">
      {said ? (
        <>
          {phrases.said} <Time at={said} />
        </>
      ) : (
        phrases.saidUnknown
      )}
      {by && (
        <>
          , <Sayer by={by} byName={byName} />
        </>
      )}
      {other && <>, {phrases.saidIn(other)}</>}
      {method && (
        <>
          , <bdi>{(phrases.methods[method] ?? method).toLowerCase()}</bdi>
        </>
      )}
    </p>
  );
}
