/** `push statement` writes the Observation of DESIGN, section 5; the server itself is asked. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { EXIT, expectExit, jsonLine, jsonLines, whatmatters } from "./support/binary.mjs";
import { SYSTEMS } from "./support/fhir.mjs";
import { PEERS } from "./support/peers.mjs";
import { idOf, setting, siteOf } from "./support/setting.mjs";
import { CONNECTION, UNIT } from "./support/site.mjs";

const NEAR_MILLISECONDS = 10 * 60 * 1000;
const UUID_URN = /^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Words that careless software spoils. */
const DIFFICULT = {
  "emoji of many parts": "My family 👨‍👩‍👧‍👦 and the flag 🏴󠁧󠁢󠁷󠁬󠁳󠁿, thumbs 👍🏿",
  "right to left, with marks": "אני רוצה לשמוע \u200fאמת\u200f, גם (קשה) 100% – بالعربية أيضاً",
  "combining characters, unnormalised": "Cafe\u0301, Å as A\u030a, Ọ̀nà, กำลังใจ, नमस्ते",
  "quotes, slashes and markup": `"It's" \\ / <b>mine</b> &amp; {"json": null} \${x} %s ;--`,
  "lines and a tab": "First line\nsecond line\n\n\tfourth, indented",
  "characters beyond the basic plane": "𠮷野家の前の桜、𝒻 and 𐤀",
  "2,000 characters": "長".repeat(2000),
};

for (const name of PEERS) {
  describe(`push statement to ${name}`, () => {
    let at;
    let person;
    before(async () => {
      at = await setting(name);
      person = at.ward.people[5]; // nobody has asked them yet
    });
    after(() => at?.site.remove());

    function push(words, ...options) {
      const patient = ["--patient", idOf(person.patient)];
      const verb = ["push", "statement", ...at.site.connected, ...patient];
      return jsonLine(EXIT.done, ...verb, "--text", words, "--wait", ...options);
    }

    test("delivers to the chart and prints the receipt", async () => {
      const words = "Made up: that my sister is told before me.";

      const receipt = await push(words);

      assert.ok(receipt.id);
      assert.equal(receipt.state, "delivered");
      assert.equal(receipt.route, "observation");
      assert.match(receipt.location, /^Observation\/[A-Za-z0-9.-]{1,64}$/);
      assert.deepEqual(receipt.skipped ?? [], []);
      const observation = await at.client.read(receipt.location);
      assertStatement(observation, { words, patient: person.patient });
      assert.equal(observation.encounter, undefined);
      await assertOnlyOne(at.client, observation);
    });

    test("sets the encounter when it is given", async () => {
      const words = "Made up: to sit by the window.";

      const receipt = await push(words, "--encounter", idOf(person.encounter));

      const observation = await at.client.read(receipt.location);
      assertStatement(observation, { words, patient: person.patient });
      assert.equal(observation.encounter.reference, person.encounter);
    });

    for (const [what, words] of Object.entries(DIFFICULT)) {
      test(`keeps ${what}, letter for letter`, async () => {
        const receipt = await push(words);

        const observation = await at.client.read(receipt.location);
        assert.equal(observation.valueString, words);
      });
    }

    test("pull then shows the new words as fresh", async () => {
      const words = "Made up: newest words, said just now.";
      await push(words);

      const lines = await jsonLines(EXIT.done, "pull", ...at.site.connected, "--unit", UNIT);

      const line = lines.find(({ patient }) => patient === person.patient);
      assert.ok(line, `${person.patient} is not listed`);
      const { whatMatters } = line;
      assert.equal(whatMatters.text, words);
      assert.equal(whatMatters.freshness, "fresh");
      assert.equal(whatMatters.by, "patient");
    });

    test("creates one resource when one --id is pushed twice", async () => {
      await assertOnePerId(at, person, at.site, at.site);
    });

    test("creates one resource when one --id comes from two stores", async (context) => {
      const other = await siteOf(at);
      context.after(() => other.remove());

      await assertOnePerId(at, person, at.site, other);
    });

    test("marks what was written down by mistake, once, and shows it no more", async () => {
      const words = "Made up: of somebody else, written down here by mistake.";
      const { id, location } = await push(words);
      const patient = ["--patient", idOf(person.patient)];
      const verb = ["push", "withdrawal", ...at.site.connected, ...patient];
      const withdraw = () => jsonLine(EXIT.done, ...verb, "--statement", id, "--wait");

      const first = await withdraw();
      const again = await withdraw();

      assert.equal(first.state, "delivered");
      assert.equal(first.location, location);
      assert.deepEqual(again, first);
      const observation = await at.client.read(location);
      assert.equal(observation.status, "entered-in-error");
      assert.equal(observation.valueString, words);
      const lines = await jsonLines(EXIT.done, "pull", ...at.site.connected, "--unit", UNIT);
      assert.ok(!JSON.stringify(lines).includes(words));
    });

    test("puts words right: the new ones name the old, which are marked", async () => {
      const wrong = await push("Made up: to see the see.");
      const words = "Made up: to see the sea.";
      const patient = ["--patient", idOf(person.patient)];
      const verb = ["push", "statement", ...at.site.connected, ...patient, "--text", words];

      const receipts = await jsonLines(EXIT.done, ...verb, "--corrects", wrong.id, "--wait");

      assert.equal(receipts.length, 2);
      const [right, withdrawal] = receipts;
      assert.equal(withdrawal.corrects, wrong.id);
      assert.equal((await at.client.read(wrong.location)).status, "entered-in-error");
      const observation = await at.client.read(right.location);
      assert.equal(observation.valueString, words);
      assert.equal(observation.derivedFrom[0].reference, wrong.location);
      const lines = await jsonLines(EXIT.done, "pull", ...at.site.connected, "--unit", UNIT);
      const line = lines.find(({ patient }) => patient === person.patient);
      assert.equal(line.whatMatters.text, words);
    });

    test("refuses a patient whom the server does not know", async () => {
      const words = "MADE-UP WORDS FOR NOBODY";

      const run = await tryPush(at.site, "Patient/nobody-here", words);

      expectExit(run, EXIT.refused);
      assert.match(run.stderr, /patient/i);
      assert.ok(!run.stderr.includes(words), "the words are in the message");
      const subject = "Patient/nobody-here";
      assert.deepEqual(await at.client.search("Observation", { subject }), []);
    });

    test("refuses no words and too many words, and writes nothing", async () => {
      const subject = person.patient;
      const count = (await at.client.search("Observation", { subject })).length;

      for (const words of ["", " \n\t ", "x".repeat(2001)]) {
        const run = await tryPush(at.site, subject, words);
        expectExit(run, EXIT.wrongUse);
        assert.match(run.stderr, /text/i);
      }

      const after = await at.client.search("Observation", { subject });
      assert.equal(after.length, count);
    });

    test("keeps for retry what a stopped server could not take", async (context) => {
      const words = "MADE-UP WORDS SAID WHILE THE CHART WAS AWAY";
      const site = await siteOf(at);
      context.after(() => site.remove());

      const run = await at.server.whileStopped(() => tryPush(site, person.patient, words));
      expectExit(run, EXIT.unreachable);
      assert.ok(run.stderr.includes(CONNECTION), run.stderr);
      assert.ok(!run.stderr.includes(words), "the words are in the message");
      const kept = await jsonLines(EXIT.done, "outbox", "list", ...site.configured);
      assert.equal(kept.length, 1);
      assert.notEqual(kept[0].state, "delivered");
      const retry = ["outbox", "retry", kept[0].id, ...site.configured, "--wait"];
      const receipt = await jsonLine(EXIT.done, ...retry);

      assert.equal(receipt.state, "delivered");
      assert.equal(receipt.route, "observation");
      const observation = await at.client.read(receipt.location);
      assertStatement(observation, { words, patient: person.patient });
      await assertOnlyOne(at.client, observation);
      const left = await jsonLines(EXIT.done, "outbox", "list", ...site.configured);
      assert.deepEqual(
        left.filter((line) => line.state !== "delivered"),
        [],
      );
    });
  });
}

/** Pushes one statement from each of `sites` under one id, and asks the server for it. */
async function assertOnePerId({ client }, person, ...sites) {
  const id = randomUUID();
  const said = ["--patient", idOf(person.patient), "--text", "Made up: once is enough."];
  const receipts = [];
  for (const site of sites) {
    const words = ["push", "statement", ...site.connected, ...said, "--id", id, "--wait"];
    receipts.push(await jsonLine(EXIT.done, ...words));
  }
  const [{ location }] = receipts;
  for (const receipt of receipts) {
    assert.equal(receipt.state, "delivered");
    assert.equal(receipt.location, location);
  }
  const observation = await client.read(location);
  assert.equal(observation.identifier[0].value, `urn:uuid:${id}`);
  await assertOnlyOne(client, observation);
}

/** `push statement --wait --json` whatever comes of it: {code, stdout, stderr}. */
function tryPush(site, patient, words) {
  const options = ["--patient", idOf(patient), "--text", words, "--wait", "--json"];
  return whatmatters("push", "statement", ...site.connected, ...options);
}

/** Every element of a statement in DESIGN, section 5. */
function assertStatement(observation, { words, patient }) {
  assert.equal(observation.resourceType, "Observation");
  assert.equal(observation.status, "final");
  const categories = observation.category.flatMap((category) => category.coding);
  assertCoding(categories, SYSTEMS.observationCategory, "survey");
  assertCoding(categories, SYSTEMS.usCoreCategory, "care-experience-preference");
  assert.ok(!categories.some((coding) => coding.system.includes("/us/pco/")), "PCO is opt-in");
  assertCoding(observation.code.coding, SYSTEMS.loinc, "95541-9");
  assertCoding(observation.code.coding, SYSTEMS.loinc, "81363-4");
  assert.equal(observation.code.text, "What matters to me");
  assert.equal(observation.subject.reference, patient);
  assertJustNow(observation.effectiveDateTime);
  assertJustNow(observation.issued);
  assert.deepEqual(
    observation.performer.map((one) => one.reference),
    [patient],
  );
  assert.equal(observation.valueString, words);
  assert.equal(observation.dataAbsentReason, undefined);
  assert.equal(observation.identifier.length, 1);
  assert.equal(observation.identifier[0].system, SYSTEMS.uri);
  assert.match(observation.identifier[0].value, UUID_URN);
}

function assertCoding(codings, system, code) {
  const found = codings.filter((coding) => coding.system === system && coding.code === code);
  assert.equal(found.length, 1, `${system}|${code} in ${JSON.stringify(codings)}`);
}

/** A full date-time with its zone, of the last minutes. */
function assertJustNow(text) {
  assert.match(text, /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/);
  const age = Date.now() - Date.parse(text);
  assert.ok(age > -60_000 && age < NEAR_MILLISECONDS, `${text} is ${age} ms ago`);
}

async function assertOnlyOne(client, observation) {
  const [{ system, value }] = observation.identifier;
  const same = await client.search("Observation", { identifier: `${system}|${value}` });
  assert.deepEqual(
    same.map((one) => one.id),
    [observation.id],
  );
}
