import { useMemo, useState } from "preact/hooks";
import { coalesced } from "../model/coalesce";
import { applyEhrStyle } from "../model/ehr_style";
import { pageLocale } from "../model/time";
import { filterRows, filters, sortings, sortRows, type Filter, type Sorting } from "../model/ward";
import { phrases } from "../phrases";
import { api, Problem } from "../server/api";
import { fragmentValue, rememberInFragment } from "../server/fragment";
import type { Ward } from "../server/types";
import { useLive } from "../server/use_live";
import { useServer } from "../server/use_server";
import { DevelopmentStrip } from "./development_strip";
import { Failure } from "./failure";
import { ListChanged } from "./list_changed";
import { Loading } from "./loading";
import { Notice } from "./notice";
import { SessionEnded } from "./session_ended";
import { SignOut } from "./sign_out";
import { WardControls } from "./ward_controls";
import { WardHeader } from "./ward_header";
import { WardTable } from "./ward_table";

const pollMilliseconds = 30_000;
/** While changes are told: for what nobody tells, as words that grow old. */
const livePollMilliseconds = 300_000;

/**
 * A choice that is kept in the address, so that it is still there on the way back from a patient.
 */
function useRemembered<T extends string>(
  name: string,
  allowed: readonly T[],
): [T, (value: T) => void] {
  const stored = fragmentValue(name) as T;
  const [value, setValue] = useState<T>(allowed.includes(stored) ? stored : allowed[0]!);
  return [
    value,
    (chosen) => {
      rememberInFragment(name, chosen === allowed[0] ? "" : chosen);
      setValue(chosen);
    },
  ];
}

/** The later of two instants; "" is none. */
function newest(read: string | undefined, again: string): string | undefined {
  if (!read || !again) return read;
  return Date.parse(again) > Date.parse(read) ? again : read;
}

function Notices({ ward, isRefreshed }: { ward: Ward; isRefreshed: boolean }) {
  return (
    <>
      {(ward.stale || ward.notice) && (
        <Notice tone="warning" live>
          {ward.notice ?? phrases.stale}
        </Notice>
      )}
      {!isRefreshed && (
        <Notice tone="warning" live>
          {phrases.notRefreshed}
        </Notice>
      )}
      {ward.unshown && ward.unshown.refused > 0 && (
        <Notice tone="info">{phrases.wardRefused(ward.unshown.refused)}</Notice>
      )}
      {ward.unshown && ward.unshown.undecided > 0 && (
        <Notice tone="warning" live>
          {phrases.wardUndecided(ward.unshown.undecided)}
        </Notice>
      )}
      {ward.problems.length > 0 && (
        <details class="notice notice-warning">
          <summary>{phrases.wardProblems(ward.problems.length)}</summary>
          <ul>
            {ward.problems.map((problem) => (
              <li key={problem} dir="auto">
                {problem}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

/** Everyone on the ward, and what matters to each. */
export function WardPage({ token }: { token: string }) {
  const server = useMemo(() => api(token), [token]);
  /** When the EHR was last read and nothing was new. */
  const [readAgain, setReadAgain] = useState("");
  const isLive = useLive(server.wardEvents, ({ name, version }) => {
    if (name === "read" && loaded.data && !loaded.data.ward.stale)
      setReadAgain(new Date(Number(version)).toISOString());
    else refresh();
  });
  const loaded = useServer(
    async () => {
      const [context, ward] = await Promise.all([server.context(), server.ward()]);
      applyEhrStyle(context.style);
      return { context, ward };
    },
    isLive ? livePollMilliseconds : pollMilliseconds,
  );
  const refresh = useMemo(() => coalesced(loaded.reload), [loaded.reload]);
  const [sorting, setSorting] = useRemembered<Sorting>("sort", sortings);
  const [filter, setFilter] = useRemembered<Filter>("show", filters);
  const [opening, setOpening] = useState("");
  const [openProblem, setOpenProblem] = useState<Problem>();

  async function open(key: string) {
    if (opening) return;
    setOpening(key);
    setOpenProblem(undefined);
    try {
      const { context } = await server.openPatient(key);
      location.assign(`/app/patient#${new URLSearchParams({ c: context, from: "ward" })}`);
    } catch (caught) {
      if (!(caught instanceof Problem)) throw caught;
      setOpenProblem(caught);
    }
    setOpening("");
  }

  if (loaded.problem?.sessionEnded || openProblem?.sessionEnded) return <SessionEnded />;
  if (!loaded.data) {
    if (!loaded.problem) return <Loading />;
    return <Failure problem={loaded.problem} onRetry={() => void loaded.reload()} />;
  }
  const { context, ward } = loaded.data;
  const rows = sortRows(filterRows(ward.rows, filter), sorting, pageLocale());
  return (
    <>
      {context.development && <DevelopmentStrip />}
      <main class="page page-ward">
        <WardHeader unit={ward.unit.name} readAt={newest(ward.readAt, readAgain)} />
        <ListChanged rows={ward.rows} />
        <Notices ward={ward} isRefreshed={!loaded.problem} />
        {openProblem && (
          <Notice tone="error" live>
            {phrases.notOpened} {openProblem.detail}
          </Notice>
        )}
        {ward.rows.length === 0 ? (
          !ward.unshown && (
            <div class="empty">
              <p>{phrases.emptyWard}</p>
              <p>{phrases.emptyWardHow}</p>
            </div>
          )
        ) : (
          <>
            <WardControls
              sorting={sorting}
              filter={filter}
              shown={rows.length}
              all={ward.rows.length}
              onSorting={setSorting}
              onFilter={setFilter}
            />
            {rows.length === 0 ? (
              <p class="empty">{phrases.emptyFilter}</p>
            ) : (
              <WardTable rows={rows} opening={opening} onOpen={(key) => void open(key)} />
            )}
          </>
        )}
        <p class="disclaimer">{phrases.disclaimer}</p>
        <SignOut server={server} user={context.user.display} onDone={() => void loaded.reload()} />
      </main>
    </>
  );
}
