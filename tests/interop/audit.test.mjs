/** The audit trail, by the judgement of HAPI's validator. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { EXIT, expectExit, jsonLine, whatmatters } from "./support/binary.mjs";
import { idOf, setting } from "./support/setting.mjs";
import { validate } from "./support/validator.mjs";

describe("the audit trail", () => {
  let at;
  before(async () => {
    at = await setting("medplum");
  });
  after(() => at?.site.remove());

  const run = async (...words) => {
    const done = await whatmatters(...words);
    expectExit(done, EXIT.done);
    return done.stdout;
  };
  const exported = async () => {
    const printed = await run("audit", "export", ...at.site.configured);
    return printed
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  };

  test("each kind of event is valid R4", async () => {
    const [person] = at.ward.people;
    const about = [...at.site.connected, "--patient", idOf(person.patient)];
    const said = await jsonLine(
      ...[EXIT.done, "push", "statement", ...about, "--wait"],
      ...["--encounter", idOf(person.encounter), "--text", "Made up: the window open."],
    );
    await run("export", ...about);
    await run("push", "withdrawal", ...about, "--statement", said.id, "--wait");
    await run("audit", "list", ...at.site.configured);

    const events = await exported();
    const { errors } = await validate(...events);

    assert.deepEqual([...new Set(events.map(({ action }) => action))].sort(), ["C", "E", "U"]);
    assert.deepEqual(
      errors,
      events.map(() => []),
    );
  });
});
