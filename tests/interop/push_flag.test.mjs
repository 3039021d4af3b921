/** `push flag` writes a Flag about a team, never about a person (DESIGN, sections 5 and 9). */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { EXIT, expectExit, jsonLine, jsonLines, whatmatters } from "./support/binary.mjs";
import { SYSTEMS } from "./support/fhir.mjs";
import { PEERS } from "./support/peers.mjs";
import { setting, siteOf } from "./support/setting.mjs";
import { CONNECTION, TEAM } from "./support/site.mjs";

const NEAR_MILLISECONDS = 10 * 60 * 1000;
const PERSON = /\b(Patient|RelatedPerson|Practitioner|PractitionerRole|Person)\b/;

for (const name of PEERS) {
  describe(`push flag to ${name}`, () => {
    let at;
    before(async () => {
      at = await setting(name);
    });
    after(() => at?.site.remove());

    for (const reason of ["strain", "decline", "theme", "bright-spot"]) {
      test(`writes ${reason} about the organization`, async () => {
        const verb = ["push", "flag", ...at.site.connected, "--team", TEAM];

        const receipt = await jsonLine(EXIT.done, ...verb, "--reason", reason, "--wait");

        assert.equal(receipt.state, "delivered");
        assert.equal(receipt.route, "flag");
        assert.match(receipt.location, /^Flag\/[A-Za-z0-9.-]{1,64}$/);
        const flag = await at.client.read(receipt.location);
        assertTeamFlag(flag, { reason, subject: at.ward.organization });
        assert.equal((await flagsWith(at.client, flag.identifier[0])).length, 1);
      });
    }

    test("refuses a reason that is none of ours", async () => {
      const run = await whatmatters(
        ...["push", "flag", ...at.site.connected, "--team", TEAM],
        ...["--reason", "burnt-out", "--wait", "--json"],
      );

      expectExit(run, EXIT.wrongUse);
      assert.match(run.stderr, /reason/i);
    });

    test("writes nothing when a team is configured as a person", async () => {
      const count = (await at.client.search("Flag", {})).length;

      for (const subject of [at.ward.people[0].patient, "Practitioner/made-up"]) {
        const site = await siteOf(at, { subject });
        const run = await whatmatters(
          ...["push", "flag", ...site.connected, "--team", TEAM],
          ...["--reason", "strain", "--wait", "--json"],
        );
        await site.remove();
        expectExit(run, EXIT.wrongUse);
        assert.match(run.stdout + run.stderr, /\/teams\/0\/subject/, subject);
      }

      assert.equal((await at.client.search("Flag", {})).length, count);
    });

    test("keeps for retry what a stopped server could not take", async (context) => {
      const site = await siteOf(at);
      context.after(() => site.remove());
      const verb = ["push", "flag", ...site.connected, "--team", TEAM];

      const run = await at.server.whileStopped(() =>
        whatmatters(...verb, "--reason", "strain", "--wait", "--json"),
      );
      expectExit(run, EXIT.unreachable);
      assert.ok(run.stderr.includes(CONNECTION), run.stderr);
      const kept = await jsonLines(EXIT.done, "outbox", "list", ...site.configured);
      assert.equal(kept.length, 1);
      const retry = ["outbox", "retry", kept[0].id, ...site.configured, "--wait"];
      const receipt = await jsonLine(EXIT.done, ...retry);

      const flag = await at.client.read(receipt.location);
      assertTeamFlag(flag, { reason: "strain", subject: at.ward.organization });
    });
  });
}

function assertTeamFlag(flag, { reason, subject }) {
  assert.equal(flag.resourceType, "Flag");
  assert.equal(flag.status, "active");
  const categories = flag.category.flatMap((category) => category.coding);
  assert.ok(
    categories.some(({ system, code }) => system === SYSTEMS.flagCategory && code === "admin"),
    JSON.stringify(categories),
  );
  assert.equal(flag.code.coding.length, 1);
  assert.equal(flag.code.coding[0].code, reason);
  assert.ok(flag.code.coding[0].system, "the code names its code system");
  assert.equal(flag.subject.reference, subject);
  assert.ok(subject.startsWith("Organization/"));
  const age = Date.now() - Date.parse(flag.period.start);
  assert.ok(age > -60_000 && age < NEAR_MILLISECONDS, `period.start ${flag.period.start}`);
  assert.equal(flag.period.end, undefined);
  assert.equal(flag.encounter, undefined);
  assert.doesNotMatch(JSON.stringify(flag), PERSON, "a person is in the flag");
}

function flagsWith(client, { system, value }) {
  return client.search("Flag", { identifier: `${system}|${value}` });
}
