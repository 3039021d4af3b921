import { phrases } from "../phrases";
import type { Aspect, AspectView, Statement } from "../server/types";
import type { Correcting } from "./correction";
import { FreshnessLabel } from "./freshness_label";
import { StatementView } from "./statement_view";

interface Props {
  view: AspectView;
  onAdd: (aspect: Aspect) => void;
  onStillTrue: (statement: Statement) => void;
  correcting: Correcting;
}

/**
 * One aspect of what matters: the words that stand, how current they are, and the history folded.
 */
export function AspectSection({ view, onAdd, onStillTrue, correcting }: Props) {
  const name = phrases.aspects[view.aspect];
  const current = view.statements.filter((statement) => statement.current);
  const earlier = view.statements.filter((statement) => !statement.current);
  const only = current.length === 1 ? current[0] : undefined;
  const isAsked = view.statements.some(({ standing }) => standing !== "withdrawn");
  const freshness = <FreshnessLabel freshness={view.freshness} reason={view.reason} />;
  return (
    <section class={`aspect aspect-${view.aspect}`} aria-labelledby={`aspect-${view.aspect}`}>
      <h2 id={`aspect-${view.aspect}`}>{name}</h2>
      {current.length > 1 && <p class="small">{phrases.bothVersions}</p>}
      {current.map((statement) => (
        <StatementView key={statement.id} statement={statement} correcting={correcting}>
          {only && freshness}
        </StatementView>
      ))}
      {!isAsked && view.freshness !== "unread" && <p class="words-absent">{phrases.nothingSaid}</p>}
      {!only && freshness}
      <p class="actions">
        {only?.text !== undefined && (
          <button
            type="button"
            class="secondary outline"
            onClick={() => onStillTrue(only)}
            aria-label={phrases.stillTrueAbout(name)}
          >
            {phrases.stillTrue}
          </button>
        )}
        <button
          type="button"
          class={isAsked ? "secondary outline" : ""}
          onClick={() => onAdd(view.aspect)}
          aria-label={isAsked ? phrases.addAbout(name) : phrases.askAbout(name)}
        >
          {isAsked ? phrases.add : phrases.askNow}
        </button>
      </p>
      {earlier.length > 0 && (
        <details class="history">
          <summary>{phrases.history(earlier.length)}</summary>
          {earlier.map((statement) => (
            <StatementView key={statement.id} statement={statement} correcting={correcting} />
          ))}
        </details>
      )}
    </section>
  );
}
