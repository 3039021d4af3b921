import { useMemo, useState } from "preact/hooks";
import { applyEhrStyle } from "../model/ehr_style";
import { phrases } from "../phrases";
import { api, Problem } from "../server/api";
import { useServer } from "../server/use_server";
import { DevelopmentStrip } from "./development_strip";
import { Failure } from "./failure";
import { Loading } from "./loading";
import { Notice } from "./notice";
import { OpenWard } from "./open_ward";
import { SessionEnded } from "./session_ended";
import { SignOut } from "./sign_out";

/** The wards of this EHR, where a launch named neither a patient nor one of them. */
export function UnitsPage({ token }: { token: string }) {
  const server = useMemo(() => api(token), [token]);
  const loaded = useServer(async () => {
    const [context, { units }] = await Promise.all([server.context(), server.units()]);
    applyEhrStyle(context.style);
    return { context, units };
  });
  const [problem, setProblem] = useState<Problem>();

  if (loaded.problem?.sessionEnded || problem?.sessionEnded) return <SessionEnded />;
  if (!loaded.data) {
    if (!loaded.problem) return <Loading />;
    return <Failure problem={loaded.problem} onRetry={() => void loaded.reload()} />;
  }
  const { context, units } = loaded.data;
  return (
    <>
      {context.development && <DevelopmentStrip />}
      <main class="page page-units">
        <h1>{phrases.unitsTitle}</h1>
        <p>{phrases.unitsWhy}</p>
        {problem && (
          <Notice tone="error" live>
            {phrases.wardNotOpened} {problem.detail}
          </Notice>
        )}
        <ul class="units">
          {units.map((unit) => (
            <li key={unit.id}>
              <OpenWard server={server} unit={unit} onProblem={setProblem}>
                <bdi>{unit.name}</bdi>
              </OpenWard>
            </li>
          ))}
        </ul>
        <SignOut server={server} user={context.user.display} onDone={() => void loaded.reload()} />
      </main>
    </>
  );
}
