import { pageLocale } from "../model/time";
import { phrases } from "../phrases";
import type { Sayer as SayerCode } from "../server/types";
import { Time } from "./time";

interface Props {
  said?: string | undefined;
  by?: SayerCode | undefined;
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
  if (by === "patient") return <>{phrases.sayer.patient}</>;
  const isUnknown = by !== "related-person";
  if (!byName) return <>{isUnknown ? phrases.sayer.unknown : phrases.sayer.family}</>;
  return (
    <>
      {phrases.sayer.familyNamed} <bdi>{byName}</bdi>
      {isUnknown ? phrases.sayer.unknownAfter : phrases.sayer.familyAfter}
    </>
  );
}

/** "Petra, daughter: ", to stand before words; nothing before the patient's own that stand alone. */
export function SpeakerBefore({
  by,
  byName,
  isOneOfTwo,
}: Pick<Props, "by" | "byName"> & { isOneOfTwo: boolean }) {
  if (by === "patient") return isOneOfTwo ? <strong>{phrases.speaker.patient}: </strong> : null;
  const isUnknown = by !== "related-person";
  return (
    <strong>
      <bdi>{byName ?? (isUnknown ? phrases.speaker.somebody : phrases.speaker.family)}</bdi>
      {isUnknown && phrases.speaker.orPatient}:{" "}
    </strong>
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
