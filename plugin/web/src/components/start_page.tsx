import { useState } from "preact/hooks";
import { phrases } from "../phrases";
import { development } from "../server/api";
import { useServer } from "../server/use_server";
import { CardStep } from "./card_step";
import { Choice } from "./choice";
import { Failure } from "./failure";
import { LaunchLink } from "./launch_link";
import { Loading } from "./loading";

const text = phrases.start;

/** The demo's front door: what this is, and three things to try. */
export function StartPage() {
  const loaded = useServer(development.start);
  const [chosen, setChosen] = useState("");
  if (!loaded.data) {
    if (!loaded.problem) return <Loading />;
    return <Failure problem={loaded.problem} onRetry={() => void loaded.reload()} />;
  }
  const start = loaded.data;
  const patient = start.patients.find(({ id }) => id === chosen) ?? start.patients[0];
  const labelOf = ({ name, location, note }: (typeof start.patients)[number]) =>
    [location, name ?? phrases.nameless, note].filter(Boolean).join(" · ");
  return (
    <main class="page page-start">
      <header>
        <h1>{text.title}</h1>
        <p class="lead">{text.lead}</p>
        <p class="development" role="note">
          {text.madeUp}
        </p>
      </header>
      <ol class="steps">
        <li>
          <h2>{text.ward}</h2>
          <p>{text.wardWhy}</p>
          <p class="actions">
            {start.units.map(({ id, name }) => (
              <LaunchLink key={id} start={start} opening={{ unit: id }} where="tab">
                {name}
              </LaunchLink>
            ))}
          </p>
        </li>
        {patient && (
          <>
            <li>
              <h2>{text.patient}</h2>
              <p>{text.patientWhy}</p>
              <Choice
                label={text.patientLabel}
                value={patient.id}
                onChange={setChosen}
                options={start.patients.map((each) => ({ value: each.id, label: labelOf(each) }))}
              />
              <p class="actions">
                <LaunchLink start={start} opening={{ patient: patient.id }} where="frame">
                  {text.patientInChart}
                </LaunchLink>
                <LaunchLink
                  class="secondary"
                  start={start}
                  opening={{ patient: patient.id }}
                  where="tab"
                >
                  {text.patientButton}
                </LaunchLink>
              </p>
            </li>
            <li>
              <h2>{text.card}</h2>
              <p>{text.cardWhy}</p>
              <CardStep key={patient.id} start={start} patient={patient} />
            </li>
          </>
        )}
      </ol>
      <p class="small">{text.how}</p>
    </main>
  );
}
