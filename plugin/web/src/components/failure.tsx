import { phrases } from "../phrases";
import type { Problem } from "../server/api";

interface Props {
  problem: Problem;
  onRetry: () => void;
}

function titleAndAdvice(problem: Problem): [string, string] {
  if (problem.status === 0) return [phrases.unreachable, phrases.unreachableHow];
  if (problem.status === 403) return [phrases.forbidden, problem.detail || phrases.missingHow];
  if (problem.status === 404) return [phrases.missing, phrases.missingHow];
  return [problem.title || phrases.failed, problem.detail || phrases.failedHow];
}

/** The whole page, when there is nothing to show: what is wrong, and what to do. */
export function Failure({ problem, onRetry }: Props) {
  const [title, advice] = titleAndAdvice(problem);
  return (
    <main class="page page-message">
      <h1>{title}</h1>
      <p>{advice}</p>
      {problem.requestId && <p class="small">{phrases.requestId(problem.requestId)}</p>}
      <p>
        <button type="button" onClick={onRetry}>
          {phrases.tryAgain}
        </button>
      </p>
    </main>
  );
}
