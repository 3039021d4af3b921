import { useEffect, useRef, useState } from "preact/hooks";
import { phrases } from "../phrases";
import { Problem } from "../server/api";
import type { Statement } from "../server/types";

export interface Correcting {
  /** Takes the statement back; throws Problem. */
  withdraw: (statement: Statement) => Promise<void>;
  /** Brings up the form with what is to be put right. */
  mend: (statement: Statement) => void;
}

interface Props {
  statement: Statement;
  correcting: Correcting;
}

/**
 * Two ways to correct what was written down, each with what it does beside it: the second tap is
 * the confirmation. Nothing is done by the first.
 */
export function Correction({ statement, correcting }: Props) {
  const [isOpen, setOpen] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState("");
  const panel = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isOpen) panel.current?.focus();
  }, [isOpen]);

  async function withdraw() {
    if (isBusy) return;
    setBusy(true);
    setFailure("");
    try {
      await correcting.withdraw(statement);
    } catch (caught) {
      if (!(caught instanceof Problem)) throw caught;
      setFailure([phrases.correction.failed, caught.detail].filter(Boolean).join(" "));
    } finally {
      setBusy(false);
    }
  }
  function close() {
    setOpen(false);
    setFailure("");
    setTimeout(() => opener.current?.focus());
  }

  if (!isOpen) {
    return (
      <p class="actions">
        <button
          type="button"
          class="secondary outline quiet"
          ref={opener}
          onClick={() => setOpen(true)}
          aria-label={phrases.correctAbout(statement.text ?? "")}
        >
          {phrases.correct}
        </button>
      </p>
    );
  }
  const titleId = `correct-${statement.id}`;
  return (
    <div class="correction" role="group" aria-labelledby={titleId} tabIndex={-1} ref={panel}>
      <h3 id={titleId}>{phrases.correction.title}</h3>
      <p>{phrases.correction.mendHow}</p>
      <button type="button" class="secondary" onClick={() => correcting.mend(statement)}>
        {phrases.correction.mend}
      </button>
      <p>{phrases.correction.withdrawHow}</p>
      <button
        type="button"
        class="secondary"
        aria-disabled={isBusy}
        onClick={() => void withdraw()}
      >
        {isBusy ? phrases.correction.withdrawing : phrases.correction.withdraw}
      </button>
      <button type="button" class="secondary outline" onClick={close}>
        {phrases.correction.leave}
      </button>
      <p class="failure" role="alert">
        {failure}
      </p>
    </div>
  );
}
