import { exactTime, pageLocale } from "../model/time";
import { phrases } from "../phrases";
import type { PatientView } from "../server/types";
import { ReadAt } from "./read_at";
import { ExactTime } from "./time";

function Encounter({ encounter }: { encounter: NonNullable<PatientView["encounter"]> }) {
  const kind = encounter.class && (phrases.encounterClasses[encounter.class] ?? encounter.class);
  return (
    <p class="small">
      {encounter.location && <bdi>{encounter.location}</bdi>}
      {encounter.location && kind && " · "}
      {kind}
      {encounter.start && (
        <>
          {" "}
          {phrases.since} <ExactTime at={encounter.start} />
        </>
      )}
    </p>
  );
}

/** Who this is. The full banner is shown where the EHR does not show one itself. */
export function PatientHeader({ view, needBanner }: { view: PatientView; needBanner: boolean }) {
  const { name, birthDate, gender, identifier } = view.patient;
  return (
    <header class="patient-header">
      <h1>
        <span class="overline">{phrases.patientTitle}</span> <bdi>{name ?? phrases.nameless}</bdi>
      </h1>
      {needBanner && (
        <dl class="banner">
          {birthDate && (
            <div>
              <dt>{phrases.birthDate}</dt>
              <dd>{exactTime(birthDate, pageLocale())}</dd>
            </div>
          )}
          {gender && (
            <div>
              <dt>{phrases.gender}</dt>
              <dd>{phrases.genders[gender] ?? gender}</dd>
            </div>
          )}
          {identifier && (
            <div>
              <dt>{phrases.identifier}</dt>
              <dd>
                <bdi>{identifier}</bdi>
              </dd>
            </div>
          )}
        </dl>
      )}
      <div class="patient-place">
        {view.encounter && <Encounter encounter={view.encounter} />}
        <ReadAt at={view.readAt} />
      </div>
    </header>
  );
}
