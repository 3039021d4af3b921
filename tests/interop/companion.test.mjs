/**
 * Another FHIR server as the companion: what the EHR does not take is written there once, read back
 * from there, and marked there when it is taken back. Each server is the companion of the other.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { EXIT, expectExit, jsonLine, jsonLines, whatmatters } from "./support/binary.mjs";
import { FhirClient, SYSTEMS } from "./support/fhir.mjs";
import { peer } from "./support/peers.mjs";
import { relayTo } from "./support/relay.mjs";
import { Service } from "./support/service.mjs";
import { idOf, setting, siteOf } from "./support/setting.mjs";
import { TEAM, UNIT } from "./support/site.mjs";
import { validate } from "./support/validator.mjs";

const COMPANION = "companion";
const HOOK_INSTANCE = "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea";

/** The card of this patient, from a service that gets no words with the call. */
async function cardOf(address, patient) {
  const response = await fetch(`${address}/cds-services/what-matters`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      hook: "patient-view",
      hookInstance: HOOK_INSTANCE,
      context: { userId: "Practitioner/1", patientId: patient },
      prefetch: { patient: null, encounter: null, statements: null },
    }),
  });
  assert.equal(response.status, 200);
  return (await response.json()).cards[0];
}

/** What the page of this patient reads, opened by a link for development. */
async function pageOf(address, patient) {
  const link = await fetch(`${address}/development/links`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ view: "patient", patient }),
  });
  const { url } = await link.json();
  const opened = await fetch(new URL(url, address), { redirect: "manual" });
  const headers = {
    cookie: opened.headers.get("set-cookie").split(";")[0],
    "x-whatmatters-context": opened.headers.get("location").split("#c=")[1],
  };
  return (await fetch(`${address}/api/patient`, { headers })).json();
}

/** A site whose EHR takes nothing, and whose companion is at `fhirBase`. */
function keptAt(fhirBase) {
  const auth = { method: "none" };
  return {
    routes: ["observation", "companion"],
    overrides: { observation: { categories: ["vital-signs"] } },
    connection: { companion: { server: COMPANION } },
    others: [{ id: COMPANION, vendor: "generic", fhirBase, auth, units: [] }],
  };
}

for (const [ehr, keeps] of [
  ["medplum", "hapi"],
  ["hapi", "medplum"],
]) {
  describe(`${keeps} keeps what ${ehr} does not take`, () => {
    let at;
    let keeping;
    let server;
    let site;
    let other;
    let person;
    before(async () => {
      at = await setting(ehr);
      server = await peer(keeps);
      keeping = new FhirClient(server.base);
      site = await siteOf(at, keptAt(server.base));
      other = await siteOf(at, keptAt(server.base));
      person = at.ward.people[5]; // nobody has asked them yet
    });
    after(async () => {
      await site?.remove();
      await other?.remove();
      await at?.site.remove();
    });

    const push = (words, ...options) =>
      jsonLine(
        EXIT.done,
        ...["push", "statement", ...site.connected, "--patient", idOf(person.patient)],
        ...["--text", words, "--wait", ...options],
      );
    const withdraw = (id) =>
      jsonLine(
        EXIT.done,
        ...["push", "withdrawal", ...site.connected, "--patient", idOf(person.patient)],
        ...["--statement", id, "--wait"],
      );
    const shownBy = async (one) => {
      const lines = await jsonLines(EXIT.done, "pull", ...one.connected, "--unit", UNIT);
      return lines.find(({ patient }) => patient === person.patient).whatMatters.text;
    };
    const copies = (id) =>
      keeping.search("Observation", { identifier: `${SYSTEMS.uri}|urn:uuid:${id}` });

    test("check says that it can", async () => {
      const run = await whatmatters("check", ...site.connected, "--json");
      const lines = run.stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
      const step = lines.find((line) => line.step === "companion");
      assert.equal(step?.result, "pass", JSON.stringify(step));
    });

    test("words go there once, about the patient of the other server", async () => {
      const patients = (await keeping.search("Patient", {})).length;
      const words = "Made up: to hear the bells on Sunday.";

      const stay = ["--encounter", idOf(person.encounter)];
      const receipt = await push(words, ...stay);
      const again = await push(words, ...stay, "--id", receipt.id);

      assert.equal(receipt.route, "companion");
      assert.ok(receipt.location.startsWith(`${server.base}/Observation/`), receipt.location);
      assert.match(receipt.where, /^Kept on the companion server 127\.0\.0\.1:\d+, because /);
      assert.equal(again.location, receipt.location);
      const [one, ...more] = await copies(receipt.id);
      assert.deepEqual(more, []);
      assert.equal(one.valueString, words);
      assert.deepEqual(one.subject, {
        type: "Patient",
        identifier: { system: `${at.server.base}/Patient`, value: idOf(person.patient) },
      });
      assert.equal(one.encounter.identifier.value, idOf(person.encounter));
      assert.equal((await keeping.search("Patient", {})).length, patients);
      const subject = person.patient;
      const inEhr = await at.client.search("Observation", { subject });
      assert.ok(!inEhr.some((found) => found.valueString === words));
    });

    test("words come back from there, to who has nothing else", async (context) => {
      const words = "Made up: my own pillow.";
      await push(words);

      assert.equal(await shownBy(site), words);
      assert.equal(await shownBy(other), words);
      const service = await Service.start(other.config);
      context.after(() => service.close());
      const card = await cardOf(service.address, idOf(person.patient));
      assert.equal(card?.summary, words);
      const page = await pageOf(service.address, idOf(person.patient));
      assert.equal(page.notice, undefined);
      const shown = page.aspects.flatMap((aspect) => aspect.statements);
      const [one, ...more] = shown.filter((statement) => statement.text === words);
      assert.deepEqual(more, []);
      assert.match(one.receipt.where, /^Kept on the companion server 127\.0\.0\.1:\d+/);
      const run = await whatmatters(
        ...["export", ...other.connected, "--patient", idOf(person.patient)],
      );
      expectExit(run, EXIT.done);
      assert.ok(run.stdout.includes(words));
    });

    test("what is taken back is marked there, and shown by nobody", async () => {
      const words = "MADE-UP WORDS of somebody else, written down here by mistake";
      const { id, location } = await push(words);

      const receipt = await withdraw(id);

      assert.equal(receipt.state, "delivered");
      assert.equal(receipt.location, location);
      const [one, ...more] = await copies(id);
      assert.deepEqual(more, []);
      assert.equal(one.status, "entered-in-error");
      assert.equal(one.valueString, words);
      assert.notEqual(await shownBy(site), words);
      assert.notEqual(await shownBy(other), words);
    });

    test("a flag is kept there; it and the words conform to R4 and US Core", async () => {
      const words = ["push", "flag", ...site.connected, "--team", TEAM];
      // The EHR takes flags; this site does not send any there.
      const receipt = await jsonLine(EXIT.done, ...words, "--reason", "strain", "--wait");

      assert.equal(receipt.route, "companion");
      const flag = await keeping.read(receipt.location);
      assert.equal(flag.subject.type, "Organization");
      assert.equal(flag.subject.identifier.value, idOf(at.ward.organization));
      const stay = ["--encounter", idOf(person.encounter)];
      const { location } = await push("Made up: the window open at night.", ...stay);
      const { errors } = await validate(flag, await keeping.read(location));
      assert.deepEqual(errors, [[], []]);
    });

    test("what a stopped server could not take goes there later, once", async () => {
      const words = "MADE-UP WORDS SAID WHILE THE COMPANION WAS AWAY";

      const options = ["--patient", idOf(person.patient), "--text", words, "--wait"];
      const run = await server.whileStopped(() =>
        whatmatters("push", "statement", ...site.connected, ...options, "--json"),
      );
      expectExit(run, EXIT.unreachable);
      assert.ok(!run.stderr.includes(words), "the words are in the message");
      const { id } = JSON.parse(run.stdout);
      const retry = ["outbox", "retry", id, ...site.configured, "--wait"];
      const receipt = await jsonLine(EXIT.done, ...retry);

      assert.equal(receipt.state, "delivered");
      assert.equal((await copies(id)).length, 1);
    });

    test("an answer that is lost leaves no second copy", async (context) => {
      let isLost = false;
      const relay = await relayTo(server.base, undefined, ({ method }) => {
        const loses = method === "POST" && !isLost;
        isLost ||= loses;
        return loses;
      });
      context.after(() => relay.close());
      const relayed = await siteOf(at, keptAt(relay.base));
      context.after(() => relayed.remove());

      const options = ["--patient", idOf(person.patient), "--text", "Made up: tea at four."];
      const run = await whatmatters(
        ...["push", "statement", ...relayed.connected, ...options, "--wait", "--json"],
      );
      expectExit(run, EXIT.unreachable);
      const { id } = JSON.parse(run.stdout);
      assert.equal((await copies(id)).length, 1);
      const retry = ["outbox", "retry", id, ...relayed.configured, "--wait"];
      const receipt = await jsonLine(EXIT.done, ...retry);

      assert.equal(receipt.state, "delivered");
      const [one, ...more] = await copies(id);
      assert.deepEqual(more, []);
      assert.ok(receipt.location.endsWith(`/Observation/${one.id}`), receipt.location);
    });

    test("a list says what may be missing while that server is stopped", async () => {
      const run = await server.whileStopped(() =>
        whatmatters("pull", ...other.connected, "--unit", UNIT),
      );

      expectExit(run, EXIT.done);
      assert.match(run.stderr, /The companion server 127\.0\.0\.1:\d+ cannot be read/);
    });
  });
}
