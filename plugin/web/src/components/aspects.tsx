import type { ComponentChildren } from "preact";
import { phrases } from "../phrases";
import type { Aspect, AspectView, PatientView, Statement } from "../server/types";
import { AspectSection } from "./aspect_section";
import type { Correcting } from "./correction";

interface Props {
  view: PatientView;
  form: ComponentChildren;
  onAdd: (aspect: Aspect) => void;
  onStillTrue: (statement: Statement) => void;
  correcting: Correcting;
}

const first: Aspect[] = ["now", "about-me"];
const further = (Object.keys(phrases.aspects) as Aspect[]).filter(
  (aspect) => !first.includes(aspect),
);

/** An aspect that the service did not send has not been asked about. */
function find(view: PatientView, aspect: Aspect): AspectView {
  return (
    view.aspects.find((each) => each.aspect === aspect) ?? {
      aspect,
      freshness: "unasked",
      reason: "",
      statements: [],
    }
  );
}

/**
 * What matters now and who this is; then the form; then the rest, of which the unasked take one
 * line.
 */
export function Aspects({ view, form, onAdd, onStillTrue, correcting }: Props) {
  const rest = further.map((aspect) => find(view, aspect));
  const said = rest.filter(({ statements }) => statements.length > 0);
  const unasked = rest.filter(({ statements }) => statements.length === 0);
  const isUnread = unasked.some(({ freshness }) => freshness === "unread");
  const section = (aspect: AspectView) => (
    <AspectSection
      key={aspect.aspect}
      view={aspect}
      onAdd={onAdd}
      onStillTrue={onStillTrue}
      correcting={correcting}
    />
  );
  return (
    <div class="patient-columns">
      <div class="patient-first">{first.map((aspect) => section(find(view, aspect)))}</div>
      <div class="patient-form">{form}</div>
      <div class="patient-rest">
        {said.map(section)}
        {unasked.length > 0 && (
          <section class="aspect" aria-labelledby="more-aspects">
            <h2 id="more-aspects">{phrases.moreAspects}</h2>
            <p class="small">{isUnread ? phrases.notRead : phrases.notAsked}</p>
            <p class="actions">
              {unasked.map(({ aspect }) => (
                <button
                  key={aspect}
                  type="button"
                  class="secondary outline"
                  onClick={() => onAdd(aspect)}
                >
                  {phrases.aspects[aspect]}
                </button>
              ))}
            </p>
          </section>
        )}
      </div>
    </div>
  );
}
