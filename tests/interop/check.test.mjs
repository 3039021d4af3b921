/** `config check` and `check` against the real servers (DESIGN, sections 7.1 and 7.3). */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { EXIT, expectExit, jsonLines, whatmatters } from "./support/binary.mjs";
import { PEERS } from "./support/peers.mjs";
import { setting, siteOf } from "./support/setting.mjs";
import { CONNECTION } from "./support/site.mjs";

const STEPS = [
  ...["tls", "metadata", "smart-configuration", "token", "scopes"],
  ...["worklist", "read", "write-route", "flag-route"],
];

for (const name of PEERS) {
  describe(`check against ${name}`, () => {
    let at;
    before(async () => {
      at = await setting(name);
    });
    after(() => at?.site.remove());

    test("config check accepts the site", async () => {
      expectExit(await whatmatters("config", "check", at.site.config), EXIT.done);
    });

    test("config check refuses a team that is a person, with the JSON pointer", async () => {
      for (const subject of [at.ward.people[0].patient, "Practitioner/made-up"]) {
        const site = await siteOf(at, { subject });

        const run = await whatmatters("config", "check", site.config);
        await site.remove();

        expectExit(run, EXIT.wrongUse);
        assert.match(run.stdout + run.stderr, /\/teams\/0\/subject/, subject);
      }
    });

    test("check walks the steps in their order and finds the server ready", async () => {
      const count = await observationCount(at);

      const lines = await jsonLines(EXIT.done, "check", ...at.site.configured);

      const verdict = lines.pop();
      assert.deepEqual(
        lines.map((line) => line.step),
        STEPS,
      );
      const results = new Map(lines.map((line) => [line.step, line.result]));
      for (const line of lines) {
        const told = JSON.stringify(line);
        assert.equal(line.connection, CONNECTION);
        assert.ok(["pass", "warn", "skip"].includes(line.result), told);
        assert.ok(line.detail, told);
      }
      for (const step of ["metadata", "worklist", "read", "write-route", "flag-route"]) {
        assert.equal(results.get(step), "pass", step);
      }
      const warnings = lines.filter((line) => line.result === "warn").length;
      assert.deepEqual(verdict, { connection: CONNECTION, ready: true, warnings });
      assert.equal(await observationCount(at), count, "check without --write wrote");
    });

    test("check --write leaves nothing of its test statement that counts", async () => {
      const { patient } = at.ward.people[1];
      const before = await observationCount(at);

      const lines = await jsonLines(
        EXIT.done,
        ...["check", ...at.site.configured, "--write", "--patient", patient.split("/")[1]],
      );

      const line = lines.find((one) => one.step === "write-route");
      assert.equal(line.result, "pass", line.detail);
      assert.match(line.detail, /a test statement was written by observation/);
      assert.match(line.detail, /and deleted again$/);
      const left = await at.client.search("Observation", { subject: patient });
      assert.ok(!left.some((one) => one.valueString?.startsWith("TEST of")));
      assert.equal(await observationCount(at), before);
    });

    test("check finds a stopped server not to be reached, by its connection", async () => {
      const run = await at.server.whileStopped(() =>
        whatmatters("check", ...at.site.configured, "--json"),
      );

      expectExit(run, EXIT.unreachable);
      const verdict = JSON.parse(run.stdout.trimEnd().split("\n").pop());
      assert.deepEqual(verdict, { connection: CONNECTION, ready: false, warnings: 0 });
    });
  });
}

async function observationCount({ client, ward }) {
  const subject = ward.people.map((person) => person.patient).join(",");
  return (await client.search("Observation", { subject })).length;
}
