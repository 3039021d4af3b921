/**
 * A node:test reporter: progress for people on stderr, one line with the count on stdout.
 * Only tests are counted, not the suites around them.
 */
import { inspect } from "node:util";

export default async function* report(events) {
  let passed = 0;
  let failed = 0;
  for await (const { type, data } of events) {
    const indent = "  ".repeat(data.nesting ?? 0);
    const isSuite = data.details?.type === "suite";
    if (type === "test:pass") {
      passed += isSuite ? 0 : 1;
      say(`${indent}${isSuite ? "" : "ok   "}${data.name}${took(data)}`);
    } else if (type === "test:fail") {
      const error = data.details.error;
      const onlyBelow = isSuite && error?.failureType === "subtestsFailed";
      failed += onlyBelow ? 0 : 1;
      say(`${indent}${onlyBelow ? "" : "FAIL "}${data.name}${took(data)}`);
      if (!onlyBelow) {
        say(explain(error).replace(/^/gm, `${indent}     `));
      }
    } else if (type === "test:stderr" || type === "test:stdout") {
      process.stderr.write(data.message);
    }
  }
  yield `interop: ${passed} passed, ${failed} failed\n`;
}

function say(line) {
  process.stderr.write(`${line}\n`);
}

function took(data) {
  const milliseconds = data.details?.duration_ms ?? 0;
  return milliseconds < 1000 ? "" : ` (${(milliseconds / 1000).toFixed(1)} s)`;
}

function explain(error) {
  const cause = error?.cause ?? error;
  return cause?.stack ?? inspect(cause);
}
