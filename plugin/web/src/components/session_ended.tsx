import { useEffect, useRef } from "preact/hooks";
import { phrases } from "../phrases";

/** After the session: no patient is shown any more, but words not yet saved can still be copied. */
export function SessionEnded({ draft = "" }: { draft?: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <main class="page page-message">
      <h1 ref={heading} tabIndex={-1}>
        {phrases.sessionEnded}
      </h1>
      <p>{phrases.sessionEndedHow}</p>
      {draft && (
        <label>
          {phrases.sessionEndedDraft}
          <textarea readOnly rows={6} dir="auto" value={draft} />
        </label>
      )}
    </main>
  );
}
