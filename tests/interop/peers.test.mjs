/** The peers are real FHIR R4 servers: what the other tests rely on, and their known limits. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { before, describe, test } from "node:test";
import { FhirClient, SYSTEMS } from "./support/fhir.mjs";
import { HAPI_PAGE_SIZE, PEERS, peer } from "./support/peers.mjs";
import { US_CORE_EXAMPLE, validate } from "./support/validator.mjs";

const MADE_UP = "https://example.org/made-up";

function madeUpPatient(mark, value = randomUUID()) {
  return {
    resourceType: "Patient",
    identifier: [{ system: `${MADE_UP}/${mark}`, value }],
    name: [{ family: "Peerson", given: ["Test"] }],
  };
}

for (const name of PEERS) {
  describe(`peer ${name}`, () => {
    let server;
    let client;
    before(async () => {
      server = await peer(name);
      client = new FhirClient(server.base);
    });

    test("describes itself with an R4 CapabilityStatement", async () => {
      const { status, headers, body } = await client.request("GET", "metadata");

      assert.equal(status, 200);
      assert.match(headers.get("content-type"), /^application\/fhir\+json/);
      assert.equal(body.resourceType, "CapabilityStatement");
      assert.equal(body.fhirVersion, "4.0.1");
      const types = new Map(body.rest[0].resource.map((entry) => [entry.type, entry]));
      for (const type of ["Patient", "Encounter", "Observation", "Flag", "Location"]) {
        const codes = types.get(type).interaction.map((entry) => entry.code);
        assert.ok(codes.includes("create") && codes.includes("search-type"), type);
      }
      const parameters = types.get("Encounter").searchParam.map((entry) => entry.name);
      assert.ok(parameters.includes("location") && parameters.includes("status"));
    });

    test("creates with 201, Location and ETag, and reads the same back", async () => {
      const patient = madeUpPatient("create");

      const made = await client.request("POST", "Patient", { body: patient });
      const read = await client.request("GET", `Patient/${made.body.id}`);

      assert.equal(made.status, 201);
      const path = `${server.base}/Patient/${made.body.id}/_history/`;
      assert.ok(made.headers.get("location").startsWith(path));
      assert.equal(made.headers.get("etag"), `W/"${made.body.meta.versionId}"`);
      assert.equal(read.status, 200);
      assert.deepEqual(read.body.name, patient.name);
    });

    test("creates conditionally: once, then 200, then 412 when two match", async () => {
      const patient = madeUpPatient("conditional");
      const { system, value } = patient.identifier[0];
      const headers = { "if-none-exist": `identifier=${system}|${value}` };

      const first = await client.request("POST", "Patient", { body: patient, headers });
      const second = await client.request("POST", "Patient", { body: patient, headers });
      await client.create(patient);
      const third = await client.request("POST", "Patient", { body: patient, headers });

      assert.deepEqual([first.status, second.status, third.status], [201, 200, 412]);
      assert.equal(third.body.resourceType, "OperationOutcome");
    });

    test("updates under If-Match and refuses a stale version", async () => {
      const made = await client.create(madeUpPatient("match"));
      const headers = { "if-match": `W/"${made.meta.versionId}"` };
      const changed = { ...made, active: true };
      const path = `Patient/${made.id}`;

      const fresh = await client.request("PUT", path, { body: changed, headers });
      const stale = await client.request("PUT", path, {
        body: { ...changed, active: false },
        headers,
      });

      assert.equal(fresh.status, 200);
      assert.notEqual(fresh.body.meta.versionId, made.meta.versionId);
      assert.ok([409, 412].includes(stale.status), `status ${stale.status}`);
      assert.equal((await client.read(path)).active, true);
    });

    test("keeps the references inside a transaction", async () => {
      const fullUrl = `urn:uuid:${randomUUID()}`;
      const encounter = {
        resourceType: "Encounter",
        status: "in-progress",
        class: { system: SYSTEMS.actCode, code: "IMP" },
        subject: { reference: fullUrl },
      };

      const [patient, stay] = await client.transaction([
        { fullUrl, resource: madeUpPatient("transaction") },
        { fullUrl: `urn:uuid:${randomUUID()}`, resource: encounter },
      ]);

      assert.equal((await client.read(stay)).subject.reference, patient);
    });

    test("searches by token and by _lastUpdated", async () => {
      const made = await client.create(madeUpPatient("token"));
      const { system, value } = made.identifier[0];
      const identifier = `${system}|${value}`;
      const before = new Date(Date.parse(made.meta.lastUpdated) - 1000).toISOString();
      const later = new Date(Date.parse(made.meta.lastUpdated) + 1000).toISOString();

      const found = await client.search("Patient", { identifier });
      const other = await client.search("Patient", { identifier: `${system}|other` });
      const since = { identifier, _lastUpdated: `ge${before}` };
      const until = { identifier, _lastUpdated: `ge${later}` };

      assert.deepEqual(
        found.map((patient) => patient.id),
        [made.id],
      );
      assert.deepEqual(other, []);
      assert.equal((await client.search("Patient", since)).length, 1);
      assert.equal((await client.search("Patient", until)).length, 0);
    });

    test("answers what it has not with 404 and an OperationOutcome", async () => {
      const { status, body } = await client.request("GET", "Patient/nobody");

      assert.equal(status, 404);
      assert.equal(body.resourceType, "OperationOutcome");
    });

    test("refuses connections when stopped, and keeps its data", async () => {
      const made = await client.create(madeUpPatient("stop"));

      await server.whileStopped(() =>
        assert.rejects(client.read(`Patient/${made.id}`), /fetch failed/),
      );

      assert.equal((await client.read(`Patient/${made.id}`)).id, made.id);
    });
  });
}

describe("peer hapi, where it is stricter", () => {
  let client;
  before(async () => {
    client = new FhirClient((await peer("hapi")).base);
  });

  test("gives pages of its own size with next links", async () => {
    const total = HAPI_PAGE_SIZE + 3;
    const marks = Array.from({ length: total }, () => ({
      fullUrl: `urn:uuid:${randomUUID()}`,
      resource: madeUpPatient("page"),
    }));
    await client.transaction(marks);

    const query = `identifier=${encodeURIComponent(`${MADE_UP}/page|`)}&_count=1000`;
    const first = await client.ask("GET", `Patient?${query}`);
    const all = await client.search("Patient", { identifier: `${MADE_UP}/page|` });

    assert.equal(first.entry.length, HAPI_PAGE_SIZE);
    assert.ok(first.link.some((link) => link.relation === "next"));
    assert.equal(new Set(all.map((patient) => patient.id)).size, total);
  });

  test("refuses an unknown search parameter, unless asked to be lenient", async () => {
    const strict = await client.request("GET", "Patient?bogus=1");
    const lenient = await client.request("GET", "Patient?bogus=1", {
      headers: { prefer: "handling=lenient" },
    });

    assert.equal(strict.status, 400);
    assert.equal(strict.body.resourceType, "OperationOutcome");
    assert.equal(lenient.status, 200);
  });

  test("refuses a wrong code and a reference to nobody", async () => {
    const observation = {
      resourceType: "Observation",
      status: "final",
      code: { text: "made up" },
      subject: { reference: "Patient/nobody" },
    };

    const nobody = await client.request("POST", "Observation", { body: observation });
    const wrong = await client.request("POST", "Observation", {
      body: { ...observation, subject: undefined, status: "zzz" },
    });

    assert.equal(nobody.status, 400);
    assert.equal(wrong.status, 400);
  });

  test("compresses when asked", async () => {
    const plain = await fetch(`${client.base}/metadata`, {
      headers: { "accept-encoding": "gzip" },
    });

    assert.equal(plain.headers.get("content-encoding"), "gzip");
    assert.equal((await plain.json()).resourceType, "CapabilityStatement");
  });
});

describe("peer medplum, the known limits of its in-memory repository", () => {
  let client;
  before(async () => {
    client = new FhirClient((await peer("medplum")).base);
  });

  test("cuts at _count, tells the total and gives no next link", async () => {
    for (let index = 0; index < 3; index += 1) {
      await client.create(madeUpPatient("limit", `${index}`));
    }
    const query = `identifier=${encodeURIComponent(`${MADE_UP}/limit|`)}`;

    const cut = await client.ask("GET", `Patient?${query}&_count=2`);
    const rest = await client.ask("GET", `Patient?${query}&_count=2&_offset=2`);

    assert.deepEqual([cut.entry.length, cut.total, cut.link], [2, 3, undefined]);
    assert.equal(rest.entry.length, 1);
  });

  test("answers an unknown search parameter with nothing instead of 400", async () => {
    await client.create(madeUpPatient("unknown"));

    const { status, body } = await client.request("GET", "Patient?bogus=1");

    assert.deepEqual([status, body.total], [200, 0]);
  });

  test("finds a reference by Type/id alone, not by the bare id", async () => {
    const { id } = await client.create(madeUpPatient("bare"));
    const reference = `Patient/${id}`;
    await client.create({ resourceType: "Flag", subject: { reference } });

    const whole = await client.search("Flag", { patient: reference });
    const bare = await client.search("Flag", { patient: id });

    assert.deepEqual([whole.length, bare.length], [1, 0]);
  });

  test("checks neither codes nor references", async () => {
    const { status } = await client.request("POST", "Observation", {
      body: {
        resourceType: "Observation",
        status: "zzz",
        code: { text: "made up" },
        subject: { reference: "Patient/nobody" },
      },
    });

    assert.equal(status, 201);
  });
});

describe("the validator", () => {
  test("accepts US Core's own example and refuses what breaks the profile", async () => {
    const { meta, ...good } = JSON.parse(await readFile(US_CORE_EXAMPLE, "utf8"));
    const { subject, ...bad } = good;
    bad.code = { coding: [{ system: SYSTEMS.loinc, code: "0-0" }] };

    const { code, errors } = await validate(good, bad, { resourceType: "Made-up" });

    assert.equal(code, 1);
    assert.deepEqual(errors[0], []);
    assert.match(errors[1].join("\n"), /Observation\.subject/);
    assert.match(errors[1].join("\n"), /95541-9/);
    assert.match(errors[2].join("\n"), /Made-up/);
  });
});
