import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { coalesced } from "../model/coalesce";
import { applyEhrStyle } from "../model/ehr_style";
import { withStatements } from "../model/receipt";
import { emptyDraft } from "../model/statement";
import { phrases } from "../phrases";
import { api, type Problem } from "../server/api";
import { fragmentValue } from "../server/fragment";
import type { Aspect, Statement } from "../server/types";
import { useLive } from "../server/use_live";
import { useReceipts } from "../server/use_receipts";
import { useServer } from "../server/use_server";
import { Aspects } from "./aspects";
import type { Correcting } from "./correction";
import { DevelopmentStrip } from "./development_strip";
import { Failure } from "./failure";
import { Loading } from "./loading";
import { Notice } from "./notice";
import { OpenWard } from "./open_ward";
import { PatientHeader } from "./patient_header";
import { SessionEnded } from "./session_ended";
import { SignOut } from "./sign_out";
import { StatementForm } from "./statement_form";
import { useSaving } from "./use_saving";

/** What matters to one patient, and the form to add to it. */
export function PatientPage({ token }: { token: string }) {
  const server = useMemo(() => api(token), [token]);
  const loaded = useServer(async () => {
    const [context, view] = await Promise.all([server.context(), server.patient()]);
    applyEhrStyle(context.style);
    setKnown((before) =>
      before.filter(
        (mine) =>
          !view.aspects.some(({ statements }) => statements.some(({ id }) => id === mine.id)),
      ),
    );
    return { context, view };
  });
  /** Statements that we know better than the last answer of `patient`. */
  const [known, setKnown] = useState<Statement[]>([]);
  const know = (statement: Statement) =>
    setKnown((before) => [...before.filter(({ id }) => id !== statement.id), statement]);

  const [wardProblem, setWardProblem] = useState<Problem>();
  const field = useRef<HTMLTextAreaElement>(null);
  const onSaved = (statement: Statement) => {
    know(statement);
    void loaded.reload();
  };
  const saving = useSaving(
    server,
    emptyDraft("now", document.documentElement.lang),
    onSaved,
    () => void loaded.reload(),
  );

  const view = loaded.data && withStatements(loaded.data.view, known);
  const statements = view?.aspects.flatMap((aspect) => aspect.statements) ?? [];
  const lookForReceipts = useReceipts(server, statements, know);
  const refresh = useMemo(() => coalesced(loaded.reload), [loaded.reload]);
  const wasOpen = useRef(false);
  useLive(
    server.patientEvents,
    ({ name }) => {
      if (name === "receipt") lookForReceipts();
      // The first time, the page has just been read.
      if (name === "changed" || (name === "open" && wasOpen.current)) refresh();
      wasOpen.current = true;
    },
    !loaded.problem?.isRefusal,
  );

  // A card that said "ask" leads to the form, once.
  const begin = loaded.data?.context.step;
  useEffect(() => {
    if (begin !== "ask") return;
    field.current?.scrollIntoView({ block: "center" });
    field.current?.focus({ preventScroll: true });
  }, [begin]);

  if (saving.sessionEnded || loaded.problem?.sessionEnded) {
    return <SessionEnded draft={saving.draft.text} />;
  }
  if (!view || !loaded.data) {
    if (!loaded.problem) return <Loading />;
    return <Failure problem={loaded.problem} onRetry={() => void loaded.reload()} />;
  }

  const { unit } = loaded.data.context;

  const toForm = () =>
    setTimeout(() => {
      field.current?.scrollIntoView({ block: "center" });
      field.current?.focus({ preventScroll: true });
    });

  /**
   * Brings the form up with what is about to be said; a draft that was begun is never overwritten.
   */
  const startDraft = (aspect: Aspect, statement?: Statement) => {
    const reuse = statement?.text !== undefined && !saving.draft.text.trim();
    saving.change({
      aspect,
      answer: "words",
      ...(reuse && {
        text: statement.text!,
        language: statement.language ?? saving.draft.language,
      }),
    });
    toForm();
  };

  const correcting: Correcting = {
    withdraw: async ({ id }) => {
      const { statement } = await server.withdraw(id);
      know(statement);
      await loaded.reload();
    },
    mend: (statement) => {
      saving.correct(statement);
      toForm();
    },
  };

  return (
    <>
      {loaded.data.context.development && <DevelopmentStrip />}
      <main class="page page-patient">
        {fragmentValue("from") === "ward" ? (
          <p class="back">
            <button type="button" class="secondary outline" onClick={() => history.back()}>
              <span aria-hidden="true">← </span>
              {phrases.backToWard}
            </button>
          </p>
        ) : (
          unit && (
            <p class="back">
              <OpenWard server={server} unit={unit} onProblem={setWardProblem}>
                {phrases.everyoneOn} <bdi>{unit.name}</bdi>
              </OpenWard>
            </p>
          )
        )}
        {wardProblem && (
          <Notice tone="error" live>
            {phrases.wardNotOpened} {wardProblem.detail}
          </Notice>
        )}
        <PatientHeader view={view} needBanner={loaded.data.context.needPatientBanner} />
        {view.notice && <Notice tone="warning">{view.notice}</Notice>}
        {loaded.problem && (
          <Notice tone="warning" live>
            {phrases.notRefreshed}
          </Notice>
        )}
        <p class="disclaimer">{phrases.disclaimer}</p>
        <Aspects
          view={view}
          onAdd={startDraft}
          onStillTrue={(statement) => startDraft(statement.aspect, statement)}
          correcting={correcting}
          form={
            <StatementForm
              saving={saving}
              languages={view.languages}
              field={field}
              saved={statements.find(({ id }) => id === saving.savedId)}
            />
          }
        />
        <SignOut
          server={server}
          user={loaded.data.context.user.display}
          onDone={() => void loaded.reload()}
        />
      </main>
    </>
  );
}
