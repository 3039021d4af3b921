import type { ComponentChildren } from "preact";
import { phrases } from "../phrases";
import type { Statement } from "../server/types";
import { ReceiptLine } from "./receipt_line";
import { Said } from "./said";
import { Words } from "./words";

interface Props {
  statement: Statement;
  /** What belongs right after who said it and when. */
  children?: ComponentChildren;
}

/** One statement: the words first, then who said them and when, then where they are kept. */
export function StatementView({ statement, children }: Props) {
  const { id, text, declined, language, kept, said, by, byName, method, note, receipt } = statement;
  return (
    <article class="statement" id={id} tabIndex={-1}>
      <Words text={text} declined={declined} language={language} kept={kept} />
      <Said said={said} by={by} byName={byName} language={language} method={method} />
      {children}
      {note && (
        <p class="small">
          {phrases.note}: <bdi>{note}</bdi>
        </p>
      )}
      <ReceiptLine receipt={receipt} />
    </article>
  );
}
