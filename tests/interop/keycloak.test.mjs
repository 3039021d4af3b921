/**
 * SMART backend services with Keycloak as authorization server, and Medplum's FHIR router behind a
 * guard that asks Keycloak about tokens. Keycloak publishes no SMART configuration: where tokens
 * are stands in the CapabilityStatement, or in the site's own file.
 */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { GUARD, realm } from "./keycloak/realm.mjs";
import { EXIT, expectExit, jsonLine, jsonLines, whatmatters } from "./support/binary.mjs";
import { claimsOf, headerOf } from "./support/jwt.mjs";
import { guardBefore, KeycloakPeer } from "./support/keycloak.mjs";
import { relayTo } from "./support/relay.mjs";
import { Service } from "./support/service.mjs";
import { idOf, setting, siteOf } from "./support/setting.mjs";
import { UNIT } from "./support/site.mjs";
import { WARD_SIZE } from "./support/ward.mjs";

const NEEDED =
  "system/Patient.rs system/Encounter.rs system/Location.rs " +
  "system/Observation.crus system/Flag.crs";
/** The same as it is written before version 2 of SMART. */
const NEEDED_V1 =
  "system/Patient.read system/Encounter.read system/Location.read " +
  "system/Observation.read system/Observation.write system/Flag.read system/Flag.write";
const SECRET = "a secret : + / % of one run";
/** After how many seconds Keycloak may fetch the keys of a client again; else it would be 10. */
const REFETCH = "--spi-public-key-storage--infinispan--min-time-between-requests=2";
const LIMIT_MILLISECONDS = 60_000;
const POLL_MILLISECONDS = 250;
const SHORT_SECONDS = 3;

const RS384 = { method: "private-key-jwt", algorithm: "RS384", jku: true, scopeSyntax: "v2" };
const ES384 = { method: "private-key-jwt", algorithm: "ES384", scopeSyntax: "v2" };
const BY_SECRET = { method: "client-secret-basic", clientSecret: "file:secret", scopeSyntax: "v2" };

/** How the site of each client shows itself, and what Keycloak has about it. */
const CLIENTS = {
  rs384: { auth: RS384, optional: NEEDED },
  es384: { auth: ES384, optional: NEEDED },
  basic: { auth: BY_SECRET, optional: NEEDED },
  // Where nobody says otherwise, scopes are written as before version 2.
  v1: { auth: { ...RS384, scopeSyntax: undefined }, optional: NEEDED_V1 },
  rotated: { auth: ES384, optional: NEEDED },
  short: { auth: ES384, optional: NEEDED, tokenSeconds: SHORT_SECONDS },
  narrow: { auth: BY_SECRET, optional: "system/Patient.rs" },
  // Has what it has, whatever is asked for.
  given: { auth: { ...RS384, scopes: "" }, given: "system/Patient.rs system/Encounter.rs" },
  // Another program, which reads what is kept here.
  reader: { auth: BY_SECRET, optional: NEEDED, readers: ["es384"] },
  people: { auth: BY_SECRET, optional: NEEDED, forItself: false },
};
const NAMES = Object.keys(CLIENTS);

describe("backend services with Keycloak", () => {
  let at;
  let service;
  let published;
  let keycloak;
  let guard;
  const sites = new Map();

  before(async () => {
    at = await setting("medplum");
    // One service with a key for each algorithm; Keycloak fetches its keys.
    for (const algorithm of ["RS384", "ES384"]) await newKey(algorithm);
    service = await Service.start(at.site.config);
    published = await relayTo(`${service.address}/.well-known/jwks.json`);
    keycloak = await KeycloakPeer.start(realm("made-up", NAMES.map(registrationOf)), REFETCH);
    guard = await guardBefore(at.server.base, keycloak, GUARD);
    for (const name of NAMES) sites.set(name, await siteFor(name));
    // Keycloak holds the keys that there are, and soon the service publishes one more.
    await check(sites.get("rotated"));
    await newKey("ES384");
  });
  after(async () => {
    await Promise.all([...sites.values()].map((site) => site.remove()));
    await guard?.close();
    await keycloak?.close();
    await published?.close();
    await service?.close();
    await at?.site.remove();
  });

  function newKey(algorithm, { configured } = at.site) {
    return jsonLine(EXIT.done, "keys", "new", ...configured, "--algorithm", algorithm);
  }

  function registrationOf(name) {
    const { auth, ...registered } = CLIENTS[name];
    const { algorithm } = auth;
    const shown = algorithm ? { algorithm, jwksUrl: published.base } : { secret: SECRET };
    return { clientId: name, ...shown, ...registered };
  }

  /** A site of the client `name`, but for what is given here. */
  async function siteFor(name, { auth, secret = SECRET, ...changes } = {}) {
    const site = await siteOf(at, {
      fhirBase: guard.base,
      auth: { clientId: name, ...CLIENTS[name].auth, ...auth },
      keys: join(at.site.folder, "keys"),
      ...changes,
    });
    await writeFile(join(site.folder, "secret"), secret);
    return site;
  }

  async function check(site, code = EXIT.done) {
    const lines = await jsonLines(code, "check", ...site.configured);
    return new Map(lines.map((line) => [line.step, line]));
  }

  /** What check says about the token that a site as siteFor() makes it does not get. */
  async function refusal(name, { algorithm, ...changes }) {
    const site = await siteFor(name, changes);
    if (algorithm) await newKey(algorithm, site);
    const steps = await check(site, EXIT.refused);
    await site.remove();
    assert.equal(steps.get("token").result, "fail");
    assert.doesNotMatch(JSON.stringify([...steps]), /eyJ/);
    return steps.get("token");
  }

  const lastOf = (name) => keycloak.tokens.filter(isFrom(name)).at(-1);

  for (const [name, granted] of [
    ["rs384", NEEDED],
    ["es384", NEEDED],
    ["basic", NEEDED],
    [
      "v1",
      NEEDED.replace("crus", "rs system/Observation.cud").replace("crs", "rs system/Flag.cud"),
    ],
  ]) {
    test(`check gets a token as ${name} and finds the server ready`, async () => {
      const steps = await check(sites.get(name));

      for (const step of ["token", "scopes", "worklist", "read", "write-route", "flag-route"]) {
        assert.equal(steps.get(step).result, "pass", JSON.stringify(steps.get(step)));
      }
      // Not as SMART says, but found.
      const { result, detail } = steps.get("smart-configuration");
      assert.equal(result, "warn");
      assert.match(detail, /the CapabilityStatement says that tokens are at http:/);
      assert.deepEqual(sorted(steps.get("scopes").granted), sorted(granted.split(" ")));
    });
  }

  test("the site's own tokenUrl needs no discovery", async () => {
    const { tokenUrl } = keycloak;
    const site = await siteFor("es384", { auth: { tokenUrl }, fhirBase: at.server.base });

    const steps = await check(site);
    await site.remove();

    assert.match(steps.get("smart-configuration").detail, /auth\.tokenUrl is used/);
    assert.equal(steps.get("scopes").result, "pass");
  });

  test("pull and push go with one token each, for what was granted", async () => {
    const { connected } = sites.get("rs384");
    const before = keycloak.tokens.length;

    const lines = await jsonLines(EXIT.done, "pull", ...connected, "--unit", UNIT);
    const words = ["--patient", idOf(at.ward.people[0].patient), "--text", "My dog", "--wait"];
    const pushed = await jsonLine(EXIT.done, "push", "statement", ...connected, ...words);

    assert.equal(lines.length, WARD_SIZE);
    assert.equal(pushed.route, "observation");
    assert.equal(keycloak.tokens.length, before + 2);
    const { client, scope } = guard.requests.at(-1);
    assert.equal(client, "rs384");
    assert.deepEqual(sorted(scope.split(" ")), sorted(NEEDED.split(" ")));
  });

  for (const name of ["rs384", "es384"]) {
    test(`an assertion is new each time, and taken once, as ${name}`, async () => {
      await check(sites.get(name));
      const fetched = published.passed.length;
      await check(sites.get(name));

      const { form } = lastOf(name);
      const replay = await keycloak.post(form);

      assert.equal(replay.status, 400);
      const { error, error_description: reason } = await replay.json();
      assert.deepEqual([error, reason], ["invalid_client", "Token reuse detected"]);
      const { iss, sub, aud, iat, exp } = claimsOf(form.client_assertion);
      assert.equal(headerOf(form.client_assertion).alg, name.toUpperCase());
      assert.deepEqual([iss, sub, aud], [name, name, keycloak.tokenUrl]);
      assert.ok(exp - iat <= 300);
      // Keycloak holds the keys that it fetched.
      assert.ok(fetched > 0);
      assert.equal(published.passed.length, fetched);
    });
  }

  test("who the server does not know is refused, and told so", async () => {
    for (const [name, changes] of [
      ["es384", { keys: undefined, algorithm: "ES384" }],
      ["es384", { auth: { algorithm: "RS384" } }],
      ["es384", { auth: { clientId: "nobody" } }],
    ]) {
      const { detail, advice } = await refusal(name, changes);

      assert.match(detail, /invalid_client/);
      assert.match(advice, /does not know this client by its key/);
    }
  });

  test("what the server tells of a wrong secret is not taken for another fault", async () => {
    // Not invalid_client, as RFC 6749 has it (section 5.2).
    for (const [name, changes] of [
      ["basic", { secret: "another" }],
      ["people", {}],
    ]) {
      const { detail, advice } = await refusal(name, changes);

      assert.match(detail, /unauthorized_client \(status 401\)/);
      assert.match(advice, /the grant client_credentials/);
      assert.match(advice, /a wrong key or secret/);
    }
  });

  for (const scopeSyntax of ["v1", "v2"]) {
    test(`refused scopes are named as they were asked for, in ${scopeSyntax}`, async () => {
      const { detail, advice } = await refusal("narrow", { auth: { scopeSyntax } });

      const { scope } = keycloak.tokens.at(-1).form;
      assert.match(detail, /invalid_scope/);
      assert.ok(detail.includes(`asked for: ${scope}`), detail);
      assert.match(advice, /auth\.scopeSyntax/);
    });
  }

  test("less than is needed is named, where a client has what it has", async () => {
    const steps = await check(sites.get("given"), EXIT.refused);

    assert.equal(lastOf("given").form.scope, undefined);
    const { granted, detail } = steps.get("scopes");
    assert.deepEqual(sorted(granted), sorted(CLIENTS.given.given.split(" ")));
    assert.match(detail, /not granted: system\/Observation\.crus system\/Location\.rs/);
  });

  test("a token that ends in the midst of a ward is renewed", async () => {
    const before = keycloak.tokens.length;
    guard.outlived.add("short");

    const words = ["pull", ...sites.get("short").connected, "--unit", UNIT];
    const lines = await jsonLines(EXIT.done, ...words);

    assert.equal(lines.length, WARD_SIZE);
    assert.equal(guard.outlived.size, 0);
    assert.ok(keycloak.tokens.length >= before + 2);
  });

  for (const [who, bySite] of [
    ["the EHR", false],
    ["the site", true],
  ]) {
    test(`the companion asks about its callers where ${who} says`, async (context) => {
      const { tokenUrl, introspectionUrl } = keycloak;
      const companion = { audience: "es384", ...(bySite && { introspectionUrl }) };
      const changes = bySite ? { fhirBase: at.server.base, auth: { tokenUrl } } : {};
      const site = await siteFor("es384", { ...changes, connection: { companion } });
      context.after(() => site.remove());
      const own = await Service.start(site.config);
      context.after(() => own.close());
      const statusFor = async (clientId, scope) => {
        const token = await keycloak.accessToken({ clientId, secret: SECRET }, scope);
        const headers = { authorization: `Bearer ${token}` };
        return (await fetch(`${own.address}/fhir/Observation`, { headers })).status;
      };

      assert.equal(await statusFor("reader", "system/Observation.crus"), 200);
      assert.equal(await statusFor("reader", "system/Patient.rs"), 403);
      // Of a client whose tokens are for the EHR alone.
      assert.equal(await statusFor("basic", "system/Observation.crus"), 401);
    });
  }

  test("fhirclient follows what is kept here to the patient in the EHR", async (context) => {
    const { fhirClient } = await import("./fhirclient/client.mjs");
    const kept = { routes: ["companion"], connection: { companion: { audience: "es384" } } };
    const site = await siteFor("es384", kept);
    context.after(() => site.remove());
    const { patient } = at.ward.people[0];
    const words = ["--patient", idOf(patient), "--text", "My dog", "--wait"];
    await jsonLine(EXIT.done, "push", "statement", ...site.connected, ...words);
    const own = await Service.start(site.config);
    context.after(() => own.close());
    const reads = "system/Observation.crus system/Patient.rs";
    const token = await keycloak.accessToken({ clientId: "reader", secret: SECRET }, reads);

    const [found] = await fhirClient(`${own.address}/fhir`, token).request("Observation", {
      flat: true,
      resolveReferences: "subject",
    });

    assert.equal(found.valueString, "My dog");
    const { resourceType, id } = found.subject;
    assert.equal(`${resourceType}/${id}`, patient);
  });

  test("a key that signs before the server has seen it counts when it is fetched", async () => {
    const { configured } = sites.get("rotated");
    const before = kidOf(lastOf("rotated"));
    await until(async () => (await service.keys()).length === 3);
    const fetched = published.passed.length;
    expectExit(await whatmatters("keys", "retire", before, ...configured), EXIT.done);

    await until(async () => {
      const run = await whatmatters("check", ...configured, "--json");
      if (run.code !== EXIT.done) assert.match(run.stdout, /invalid_client/);
      return run.code === EXIT.done;
    });

    assert.notEqual(kidOf(lastOf("rotated")), before);
    assert.ok(published.passed.length > fetched);
  });
});

/** Resolves when `isSo` does to true; throws when that takes too long. */
async function until(isSo) {
  for (const end = Date.now() + LIMIT_MILLISECONDS; !(await isSo());) {
    assert.ok(Date.now() < end, "that took too long");
    await pause(POLL_MILLISECONDS);
  }
}

function kidOf({ form }) {
  return headerOf(form.client_assertion).kid;
}

function sorted(words) {
  return [...words].sort();
}

function isFrom(name) {
  return ({ form }) => form.client_assertion && claimsOf(form.client_assertion).iss === name;
}
