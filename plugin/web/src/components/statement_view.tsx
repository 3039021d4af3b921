import type { ComponentChildren } from "preact";
import { phrases } from "../phrases";
import type { Statement } from "../server/types";
import { Correction, type Correcting } from "./correction";
import { ReceiptLine } from "./receipt_line";
import { Said } from "./said";
import { Words } from "./words";

interface Props {
  statement: Statement;
  correcting: Correcting;
  /** What belongs right after who said it and when. */
  children?: ComponentChildren;
}

/** One statement: the words first, then who said them and when, then where they are kept. */
export function StatementView({ statement, correcting, children }: Props) {
  const { id, text, declined, language, kept, said, by, byName, method, note, receipt } = statement;
  const { writtenDownBy } = statement;
  if (statement.standing === "withdrawn") {
    // Whose words they were is not known: they are not shown as anybody's.
    return (
      <article class="statement statement-gone" id={id} tabIndex={-1}>
        <p class="words-absent">{phrases.correction.withdrawn}</p>
        <ReceiptLine receipt={receipt} />
      </article>
    );
  }
  const isReplaced = statement.standing === "replaced";
  return (
    <article class={isReplaced ? "statement statement-gone" : "statement"} id={id} tabIndex={-1}>
      {isReplaced && <p class="small standing">{phrases.correction.replaced}</p>}
      <Words text={text} declined={declined} language={language} kept={kept} />
      <Said said={said} by={by} byName={byName} language={language} method={method} />
      {children}
      {note && (
        <p class="small">
          {phrases.note}: <bdi>{note}</bdi>
        </p>
      )}
      {writtenDownBy && (
        <p class="small">
          {phrases.writtenDownBy} <bdi>{writtenDownBy}</bdi>
        </p>
      )}
      <ReceiptLine receipt={receipt} />
      {statement.mayCorrect && <Correction statement={statement} correcting={correcting} />}
    </article>
  );
}
