/** The product's own FHIR client against both servers; they are asked what arrived. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { Driver } from "./support/driver.mjs";
import { FhirClient, SYSTEMS } from "./support/fhir.mjs";
import { HAPI_PAGE_SIZE, PEERS, peer } from "./support/peers.mjs";
import { relayTo } from "./support/relay.mjs";
import { idOf } from "./support/setting.mjs";

const SYSTEM = "https://example.org/made-up/client";
const RACERS = 4;
const ROUNDS = 10;

function person(value = randomUUID(), more = {}) {
  return {
    resourceType: "Patient",
    identifier: [{ system: SYSTEM, value }],
    name: [{ family: "Clientson", given: ["Made Up"] }],
    ...more,
  };
}

function observation(subject, value = randomUUID(), more = {}) {
  return {
    resourceType: "Observation",
    identifier: [{ system: SYSTEM, value }],
    status: "final",
    code: { coding: [{ system: SYSTEMS.loinc, code: "95541-9" }] },
    subject: { reference: subject },
    valueString: "Made up: that the window stays open.",
    ...more,
  };
}

for (const name of PEERS) {
  // What is asked for least (Prefer: return=minimal) Helios takes by its letter: it does not say
  // where what was there already is, nor what a batch was to read. R4 asks for neither.
  const saysLeast = name === "helios";

  describe(`the client with ${name}`, () => {
    let server;
    let other; // a client that shares no code with ours
    let driver;
    const opened = [];

    function drive(base) {
      const made = new Driver(base);
      opened.push(made);
      return made;
    }

    before(async () => {
      server = await peer(name);
      other = new FhirClient(server.base);
      driver = drive(server.base);
    });
    after(async () => {
      await Promise.all(opened.map((one) => one.close()));
    });

    test("creates, reads back, and knows the version", async () => {
      const made = await driver.must({ do: "create", type: "Patient", resource: person() });

      const id = idOf(made.location);
      const read = await driver.must({ do: "read", type: "Patient", id });
      assert.equal(made.how, "created");
      assert.equal(read.resource.name[0].family, "Clientson");
      assert.equal(read.etag, made.etag);
      assert.deepEqual((await other.read(made.location)).name, read.resource.name);
    });

    test("creates conditionally: once, then it is there, then two are a conflict", async () => {
      const value = randomUUID();
      const resource = person(value);
      const ifNoneExist = `identifier=${encodeURIComponent(`${SYSTEM}|${value}`)}`;
      const create = { do: "create", type: "Patient", resource, ifNoneExist };

      const first = await driver.must(create);
      const second = await driver.must(create);
      await other.create(resource);
      const third = await driver.ask(create);

      assert.equal(first.how, "created");
      assert.equal(second.how, "already-there");
      assert.equal(second.location, saysLeast ? undefined : first.location);
      assert.equal(third.error.kind, "conflict");
      assert.equal(third.error.status, 412);
    });

    test("raced by conditional creates, ends with one or says that it did not", async () => {
      const racers = Array.from({ length: RACERS }, () => drive(server.base));
      for (let round = 0; round < ROUNDS; round += 1) {
        const value = randomUUID();
        const ifNoneExist = `identifier=${encodeURIComponent(`${SYSTEM}|${value}`)}`;
        const resource = person(value);
        const create = { do: "create", type: "Patient", resource, ifNoneExist };

        const answers = await Promise.all(racers.map((racer) => racer.ask(create)));

        // Servers need not lock. What must hold is that our client tells each outcome as
        // the server sees it, so that a duplicate can be found.
        const there = await other.search("Patient", { identifier: `${SYSTEM}|${value}` });
        const ids = new Set(there.map(({ id }) => `Patient/${id}`));
        const created = answers.filter(({ how }) => how === "created");
        assert.ok(ids.size >= 1);
        assert.deepEqual(new Set(created.map(({ location }) => location)), ids);
        for (const answer of answers) {
          if (answer.error) {
            assert.match(answer.error.kind, /^(conflict|unavailable)$/);
          } else if (!saysLeast || answer.how === "created") {
            assert.ok(ids.has(answer.location), JSON.stringify(answer));
          }
        }
      }
    });

    test("updates the version that it read, and no other", async () => {
      const made = await driver.must({ do: "create", type: "Patient", resource: person() });
      const id = idOf(made.location);
      const read = await driver.must({ do: "read", type: "Patient", id });
      const update = (active) => ({
        do: "update",
        type: "Patient",
        id,
        resource: { ...read.resource, active },
        ifMatch: read.etag,
      });

      const fresh = await driver.must(update(true));
      const stale = await driver.ask(update(false));

      assert.equal(fresh.how, "updated");
      assert.notEqual(fresh.etag, read.etag);
      assert.equal(stale.error.kind, "conflict");
      assert.ok([409, 412].includes(stale.error.status));
      assert.equal((await other.read(made.location)).active, true);
      const before = await driver.must({
        do: "read",
        type: "Patient",
        id,
        version: read.resource.meta.versionId,
      });
      assert.equal(before.resource.active, undefined);
    });

    test("updates by condition", async () => {
      const value = randomUUID();
      const update = (active) => ({
        do: "updateWhere",
        type: "Patient",
        query: [["identifier", `${SYSTEM}|${value}`]],
        resource: person(value, { active }),
      });

      const first = await driver.must(update(false));
      const second = await driver.must(update(true));

      assert.equal(first.how, "created");
      assert.equal(second.how, "updated");
      assert.equal((await other.read(first.location)).active, true);
    });

    test("patches one element and leaves the others", async () => {
      const made = await driver.must({ do: "create", type: "Patient", resource: person() });

      await driver.must({
        do: "patch",
        type: "Patient",
        id: idOf(made.location),
        operations: [{ op: "add", path: "/active", value: true }],
      });

      const read = await other.read(made.location);
      assert.equal(read.active, true);
      assert.equal(read.name[0].family, "Clientson");
    });

    test("carries out a transaction whole", async () => {
      const fullUrl = `urn:uuid:${randomUUID()}`;
      const requests = [
        { method: "POST", url: "Patient", fullUrl, resource: person() },
        { method: "POST", url: "Observation", resource: observation(fullUrl) },
      ];

      const { answers } = await driver.must({ do: "transaction", requests });

      assert.deepEqual(
        answers.map(({ status }) => status),
        [201, 201],
      );
      const read = await other.read(answers[1].location);
      assert.equal(read.subject.reference, answers[0].location);
    });

    test("tells the entries of a batch apart", async () => {
      const made = await other.create(person());
      const requests = [
        { method: "GET", url: `Patient/${made.id}` },
        { method: "GET", url: `Patient/${randomUUID()}` },
        { method: "POST", url: "Patient", resource: person() },
      ];

      const { answers } = await driver.must({ do: "batch", requests });

      assert.deepEqual(
        answers.map(({ status }) => status),
        [200, 404, 201],
      );
      assert.equal(answers[0].location, saysLeast ? undefined : `Patient/${made.id}`);
      assert.equal(answers[1].error.kind, "not-found");
      assert.ok(await other.read(answers[2].location));
    });

    test("follows what was changed since the last time", async () => {
      const value = randomUUID();
      const mark = ["identifier", `${SYSTEM}|${value}`];
      const first = await other.create(person(value));
      const since = first.meta.lastUpdated;
      const changed = (from) =>
        driver.must({
          do: "search",
          type: "Patient",
          query: [mark, ["_lastUpdated", from], ["_sort", "_lastUpdated"]],
        });

      const all = await changed(`ge${since}`);
      const none = await changed(`gt${new Date(Date.parse(since) + 60_000).toISOString()}`);

      assert.deepEqual(all.matches, [`Patient/${first.id}`]);
      assert.deepEqual(all.ignored, []);
      assert.deepEqual(none.matches, []);
    });
  });
}

describe("the client with hapi, which does more", () => {
  const value = randomUUID();
  let server;
  let other;
  const opened = [];

  before(async () => {
    server = await peer("hapi");
    other = new FhirClient(server.base);
    const people = Array.from({ length: HAPI_PAGE_SIZE * 2 + 5 }, () => ({
      resource: person(value),
    }));
    await other.transaction(people);
  });
  after(async () => {
    await Promise.all(opened.map((one) => one.close()));
  });

  function drive(base) {
    const made = new Driver(base);
    opened.push(made);
    return made;
  }

  function search(base, ...more) {
    const driver = drive(base);
    const query = [["identifier", `${SYSTEM}|${value}`], ...more];
    return driver.must({ do: "search", type: "Patient", query });
  }

  test("finds everybody once while others come", async (context) => {
    const there = (await other.search("Patient", { identifier: `${SYSTEM}|${value}` })).map(
      ({ id }) => `Patient/${id}`,
    );
    let pages = 0;
    const relay = await relayTo(server.base, async () => {
      pages += 1;
      if (pages > 1) {
        await other.create(person(value));
      }
    });
    context.after(() => relay.close());

    const found = await search(relay.base);

    assert.ok(found.pages >= 3, `${found.pages} pages`);
    assert.equal(new Set(found.matches).size, found.matches.length, "somebody came twice");
    for (const one of there) {
      assert.ok(found.matches.includes(one), `${one} is missing`);
    }
  });

  test("starts again when a page has expired", async (context) => {
    let failed = false;
    const relay = await relayTo(server.base, ({ url }) => {
      if (failed || !url.includes("_getpages")) {
        return undefined;
      }
      failed = true;
      return { status: 410, headers: { "content-type": "text/plain" }, body: "gone" };
    });
    context.after(() => relay.close());

    const found = await search(relay.base);

    assert.equal(found.restarted, true);
    assert.ok(found.matches.length >= HAPI_PAGE_SIZE * 2 + 5);
    assert.equal(new Set(found.matches).size, found.matches.length);
  });

  test("is told of a parameter that the server does not know", async () => {
    const driver = drive(server.base);
    const query = [
      ["identifier", `${SYSTEM}|${value}`],
      ["made-up-parameter", "x"],
    ];

    const strict = await driver.ask({ do: "search", type: "Patient", query, strict: true });

    assert.equal(strict.error.kind, "refused");
    assert.equal(strict.error.status, 400);
  });

  test("keeps what came along apart", async () => {
    const patient = await other.create(person());
    await other.create(observation(`Patient/${patient.id}`));
    const driver = drive(server.base);

    const found = await driver.must({
      do: "search",
      type: "Observation",
      query: [
        ["patient", `Patient/${patient.id}`],
        ["_include", "Observation:patient"],
      ],
    });

    assert.equal(found.matches.length, 1);
    assert.match(found.matches[0], /^Observation\//);
    assert.deepEqual(found.includes, [`Patient/${patient.id}`]);
  });

  test("rolls a transaction back whole", async () => {
    const driver = drive(server.base);
    const mark = randomUUID();
    const requests = [
      { method: "POST", url: "Patient", resource: person(mark) },
      {
        method: "POST",
        url: "Observation",
        resource: observation("Patient/nobody-is-here", mark),
      },
    ];

    const answer = await driver.ask({ do: "transaction", requests });

    assert.match(answer.error.kind, /^(refused|conflict|not-found)$/);
    assert.deepEqual(await other.search("Patient", { identifier: `${SYSTEM}|${mark}` }), []);
  });

  test("asks for gzip and reads it", async (context) => {
    const given = "long and made up ".repeat(2000);
    const made = await other.create(person(randomUUID(), { name: [{ text: given }] }));
    const relay = await relayTo(server.base);
    context.after(() => relay.close());

    const read = await drive(relay.base).must({ do: "read", type: "Patient", id: made.id });

    assert.equal(read.resource.name[0].text, given);
    assert.equal(relay.passed.length, 1);
    assert.equal(relay.passed[0].encoding, "gzip");
    assert.ok(relay.passed[0].bytes < given.length / 4);
  });
});
