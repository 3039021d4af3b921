/** `pull` lists a unit of the real servers as it is now (DESIGN, section 7.1). */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { EXIT, expectExit, jsonLines, whatmatters } from "./support/binary.mjs";
import { HAPI_PAGE_SIZE, PEERS } from "./support/peers.mjs";
import { formerNames, nameParts } from "./support/people.mjs";
import { setting } from "./support/setting.mjs";
import { CONNECTION, UNIT } from "./support/site.mjs";
import { RETRACTED_WORDS, WARD_SIZE } from "./support/ward.mjs";

const ASPECTS = [
  ...["now", "about-me", "who-matters", "please-do", "please-do-not", "how-to-talk-with-me"],
];

for (const name of PEERS) {
  describe(`pull from ${name}`, () => {
    let at;
    let lines;
    let byEncounter;
    const lineOf = ({ encounter }) => {
      assert.ok(byEncounter.has(encounter), `${encounter} is not listed`);
      return byEncounter.get(encounter);
    };
    before(async () => {
      at = await setting(name);
      lines = await jsonLines(EXIT.done, "pull", ...at.site.connected, "--unit", UNIT);
      byEncounter = new Map(lines.map((line) => [line.encounter, line]));
    });
    after(() => at?.site.remove());

    test("lists every current encounter of the unit once, over all pages", () => {
      assert.ok(WARD_SIZE > 2 * HAPI_PAGE_SIZE);
      const expected = at.ward.people.map((person) => person.encounter);

      assert.deepEqual(lines.map((line) => line.encounter).sort(), expected.sort());
    });

    test("lists nobody who left, is elsewhere, or has not come", () => {
      for (const { why, encounter } of at.ward.absent) {
        assert.ok(!byEncounter.has(encounter), why);
      }
    });

    test("tells whose stay it is, where, and since when", () => {
      for (const person of at.ward.people) {
        const line = lineOf(person);
        assert.equal(line.patient, person.patient);
        assert.equal(line.status, "in-progress");
        assert.equal(line.class, "IMP");
        assert.equal(line.unit, UNIT);
        assert.equal(line.location, person.bed);
        assert.equal(Date.parse(line.start), Date.parse(person.start));
      }
    });

    test("keeps the names of every script intact", () => {
      for (const person of at.ward.people) {
        const shown = lineOf(person).name;
        for (const part of nameParts(person.name)) {
          assert.ok(shown.includes(part), `${shown} lacks ${part}`);
        }
        for (const former of formerNames(person.name)) {
          assert.ok(!shown.includes(former), `${shown} shows ${former}`);
        }
      }
    });

    test("shows what matters, verbatim, with its time, speaker and freshness", () => {
      for (const person of at.ward.people) {
        const { expected, said } = person;
        if (!expected) continue;
        const { whatMatters } = lineOf(person);
        assert.equal(whatMatters.freshness, expected.freshness, expected.text);
        assert.ok(whatMatters.reason, "freshness has a reason in words");
        assert.equal(whatMatters.text, expected.text);
        if (!expected.text) continue;
        assert.equal(Date.parse(whatMatters.said), Date.parse(said));
        assert.ok(ASPECTS.includes(whatMatters.aspect), whatMatters.aspect);
        assert.equal(whatMatters.aspect, expected.aspect ?? whatMatters.aspect);
        assert.ok(whatMatters.by);
        assert.equal(whatMatters.by !== "patient", expected.by === "RelatedPerson");
      }
    });

    test("says only freshness and reason where nothing was said", () => {
      const silent = at.ward.people.filter(({ expected }) => expected && !expected.text);
      for (const person of silent) {
        const { whatMatters } = lineOf(person);
        assert.deepEqual(Object.keys(whatMatters).sort(), ["freshness", "reason"]);
      }
      assert.ok(silent.length > 2);
    });

    test("never shows words that were entered in error", () => {
      assert.equal(lines.length, WARD_SIZE);
      const printed = JSON.stringify(lines);
      for (const words of RETRACTED_WORDS) {
        assert.ok(!printed.includes(words));
      }
    });

    test("prints no name and no words among its messages", async () => {
      const run = await whatmatters("pull", ...at.site.connected, "--unit", UNIT, "--json");

      expectExit(run, EXIT.done);
      for (const { name: names, expected } of at.ward.people) {
        const secrets = [...nameParts(names), expected?.text].filter(Boolean);
        for (const secret of secrets) {
          // Short parts ("김") could be met by chance in a sentence.
          if ([...secret].length > 3) assert.ok(!run.stderr.includes(secret), secret);
        }
      }
    });

    test("refuses a unit that is not configured", async () => {
      const run = await whatmatters("pull", ...at.site.connected, "--unit", "ward-99");

      expectExit(run, EXIT.wrongUse);
      assert.match(run.stderr, /ward-99/);
    });

    test("ends with 3 and the connection when the server is stopped", async () => {
      const run = await at.server.whileStopped(() =>
        whatmatters("pull", ...at.site.connected, "--unit", UNIT, "--json"),
      );

      expectExit(run, EXIT.unreachable);
      assert.ok(run.stderr.includes(CONNECTION), run.stderr);
      assert.equal(run.stdout, "");
    });
  });
}
