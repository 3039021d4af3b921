/** Runs the built whatmatters the way an integration engineer does: by its command line. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";

const RUN_LIMIT_MILLISECONDS = 120_000;

/** Exit codes, DESIGN section 7.1. */
export const EXIT = { done: 0, refused: 1, wrongUse: 2, unreachable: 3, ourFault: 4 };

/** Runs `whatmatters ...words`; answers {code, stdout, stderr, command}. Throws over the limit. */
export async function whatmatters(...words) {
  const binary = process.env.WHATMATTERS_BINARY;
  assert.ok(binary, "no binary: start the suite with tests/interop/run BINARY");
  const child = spawn(binary, words, { stdio: ["ignore", "pipe", "pipe"] });
  const timer = setTimeout(() => child.kill("SIGKILL"), RUN_LIMIT_MILLISECONDS);
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"]) {
    child[stream].setEncoding("utf8");
    child[stream].on("data", (text) => {
      output[stream] += text;
    });
  }
  const [code, signal] = await once(child, "close");
  clearTimeout(timer);
  if (signal) {
    throw new Error(`${told(words)} ended by ${signal}\n${output.stderr}`);
  }
  return { code, ...output, command: told(words) };
}

/** Asserts the exit code, with everything that was printed in the message when it is another. */
export function expectExit(run, code) {
  const printed = `${run.command}\n--- stdout\n${run.stdout}\n--- stderr\n${run.stderr}`;
  assert.equal(run.code, code, `exit ${run.code} instead of ${code}: ${printed}`);
}

/** Runs, asserts the exit code, and answers the JSON objects of stdout, one per line. */
export async function jsonLines(code, ...words) {
  const run = await whatmatters(...words, "--json");
  expectExit(run, code);
  return run.stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      try {
        return JSON.parse(line);
      } catch {
        throw new Error(`${run.command}: this line of stdout is not JSON: ${line}`);
      }
    });
}

/** As jsonLines(), for verbs that print one object. */
export async function jsonLine(code, ...words) {
  const lines = await jsonLines(code, ...words);
  assert.equal(lines.length, 1, `one line expected: ${JSON.stringify(lines)}`);
  return lines[0];
}

function told(words) {
  return `whatmatters ${words.join(" ")}`;
}
