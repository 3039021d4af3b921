import { phrases } from "../phrases";
import type { OtherSaying, WardRow, WhatMatters } from "../server/types";
import { FreshnessLabel } from "./freshness_label";
import { Said, SpeakerBefore } from "./said";
import { ExactTime } from "./time";

type Saying = OtherSaying & Pick<WhatMatters, "aspect">;

/**
 * One saying, who spoke before the words. Words kept to the care team stay off the paper, which
 * leaves the team's hands.
 */
function RowSaying({ saying, isOneOfTwo }: { saying: Saying; isOneOfTwo: boolean }) {
  const { text, aspect, said, by, byName, language, kept } = saying;
  const speaker = <SpeakerBefore by={by} byName={byName} isOneOfTwo={isOneOfTwo} />;
  if (text === undefined) {
    return kept ? (
      <p class="words-absent">
        {speaker}
        {phrases.keptHidden}
      </p>
    ) : null;
  }
  return (
    <>
      {kept && (
        <p class="kept">
          <span aria-hidden="true">◆ </span>
          {phrases.kept}
        </p>
      )}
      <div class={kept ? "screen-only" : undefined}>
        {aspect && aspect !== "now" && <p class="small">{phrases.aspects[aspect]}</p>}
        {speaker}
        <p class="row-words" dir="auto" lang={language}>
          {text}
        </p>
        {said && <Said said={said} by={by} byName={byName} language={language} />}
      </div>
      {kept && <p class="print-only">{phrases.keptPrint}</p>}
    </>
  );
}

/** The words in a row: of two sayings that conflict both; and that they may not be all. */
function RowWords({ whatMatters }: { whatMatters: WhatMatters }) {
  const { other, by, unread } = whatMatters;
  if (by === undefined) return null;
  return (
    <>
      {other && <p class="small">{phrases.bothVersions}</p>}
      <RowSaying saying={{ ...whatMatters, by }} isOneOfTwo={other !== undefined} />
      {other && <RowSaying saying={other} isOneOfTwo />}
      {unread && <p class="small">{phrases.moreUnread}</p>}
    </>
  );
}

interface Props {
  row: WardRow;
  isOpening: boolean;
  onOpen: () => void;
}

/** One person. The button on the name covers the row, so that a tap anywhere opens the patient. */
export function WardTableRow({ row, isOpening, onOpen }: Props) {
  const { location, name, birthDate, gender, whatMatters } = row;
  return (
    <tr role="row" data-key={row.key}>
      <td role="cell" class="row-location">
        {location ? <bdi>{location}</bdi> : <span class="small">{phrases.noLocation}</span>}
      </td>
      <th role="rowheader" scope="row" class="row-name">
        <button type="button" class="row-open" aria-disabled={isOpening} onClick={onOpen}>
          <bdi>{name ?? phrases.nameless}</bdi>
        </button>
        <p class="small">
          {isOpening ? (
            phrases.opening
          ) : (
            <>
              {birthDate && (
                <>
                  {phrases.birthDate} <ExactTime at={birthDate} />
                </>
              )}
              {birthDate && gender && ", "}
              {gender && (phrases.genders[gender] ?? gender)}
            </>
          )}
        </p>
      </th>
      <td role="cell" class="row-what">
        <RowWords whatMatters={whatMatters} />
      </td>
      <td role="cell" class="row-freshness">
        <FreshnessLabel freshness={whatMatters.freshness} reason={whatMatters.reason} />
      </td>
    </tr>
  );
}
