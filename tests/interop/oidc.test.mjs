/**
 * SMART backend services against an authorization server that others wrote (oidc-provider), with
 * Medplum's FHIR router behind it: by key, by secret, replays, keys that are rotated.
 */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { EXIT, expectExit, jsonLine, jsonLines, whatmatters } from "./support/binary.mjs";
import { claimsOf, headerOf } from "./support/jwt.mjs";
import { OidcPeer } from "./support/oidc.mjs";
import { Service } from "./support/service.mjs";
import { setting, siteOf } from "./support/setting.mjs";
import { UNIT } from "./support/site.mjs";
import { WARD_SIZE } from "./support/ward.mjs";

const NEEDED =
  "system/Patient.rs system/Encounter.rs system/Location.rs system/Observation.crus system/Flag.crs";
const SECRET = "a secret : + / % of one run";

/** How a connection shows itself, and how that is registered. `kid` is filled in. */
const WAYS = [
  { name: "rs384", auth: { method: "private-key-jwt", algorithm: "RS384" } },
  { name: "es384", auth: { method: "private-key-jwt", algorithm: "ES384", jku: false } },
  { name: "rs512", auth: { method: "private-key-jwt", algorithm: "RS512" } },
  { name: "basic", auth: { method: "client-secret-basic", clientSecret: "file:secret" } },
  { name: "post", auth: { method: "client-secret-post", clientSecret: "file:secret" } },
];

describe("backend services with oidc-provider", () => {
  let at;
  let service;
  let oidc;
  const sites = new Map();

  before(async () => {
    at = await setting("medplum");
    // One service with a key for each algorithm; the authorization server fetches its keys.
    await writeFile(join(at.site.folder, "secret"), SECRET);
    // The second of ES384 waits to take over from the first.
    for (const algorithm of ["RS384", "ES384", "ES384", "RS512"]) {
      const words = ["keys", "new", ...at.site.configured, "--algorithm", algorithm];
      await jsonLine(EXIT.done, ...words);
    }
    service = await Service.start(at.site.config);
    oidc = await OidcPeer.start(registrations(service.address), at.server.base);
    for (const { name, auth } of WAYS) {
      const site = await siteOf(at, {
        fhirBase: oidc.base,
        auth: { clientId: name, ...auth, scopes: NEEDED },
        keys: join(at.site.folder, "keys"),
      });
      await writeFile(join(site.folder, "secret"), SECRET);
      sites.set(name, site);
    }
  });
  after(async () => {
    await Promise.all([...sites.values()].map((site) => site.remove()));
    await oidc?.close();
    await service?.close();
    await at?.site.remove();
  });

  for (const { name } of WAYS) {
    test(`check gets a token as ${name} and finds the server ready`, async () => {
      const lines = await jsonLines(EXIT.done, "check", ...sites.get(name).configured);

      const told = JSON.stringify(lines);
      for (const step of ["smart-configuration", "token", "scopes", "worklist", "read"]) {
        const { result } = lines.find((line) => line.step === step);
        assert.equal(result, "pass", `${step}: ${told}`);
      }
      assert.equal(lines.at(-1).ready, true);
    });

    test(`pull as ${name} reads the whole ward with one token`, async () => {
      const before = (await oidc.recorded()).tokens.length;

      const words = ["pull", ...sites.get(name).connected, "--unit", UNIT];
      const lines = await jsonLines(EXIT.done, ...words);

      assert.equal(lines.length, WARD_SIZE);
      assert.equal((await oidc.recorded()).tokens.length, before + 1);
    });
  }

  test("every assertion was new, and none is taken twice", async () => {
    const { tokens } = await oidc.recorded();
    const assertions = tokens.map(({ form }) => form.client_assertion).filter(Boolean);
    const claims = assertions.map(claimsOf);

    assert.ok(assertions.length >= 6);
    assert.equal(new Set(claims.map(({ jti }) => jti)).size, assertions.length);
    for (const { iss, sub, iat, exp } of claims) {
      assert.equal(iss, sub);
      assert.ok(exp - iat <= 300);
    }
    const replay = await oidc.post(tokens.find(({ form }) => form.client_assertion).form);
    assert.equal(replay.status, 401);
    assert.equal((await replay.json()).error, "invalid_client");
  });

  test("a key that the server does not know is refused, and told so", async () => {
    const site = await siteOf(at, {
      fhirBase: oidc.base,
      auth: { method: "private-key-jwt", clientId: "es384", scopes: NEEDED },
    });
    await jsonLine(EXIT.done, "keys", "new", ...site.configured);

    const run = await whatmatters("check", ...site.configured, "--json");
    await site.remove();

    expectExit(run, EXIT.refused);
    const token = run.stdout.split("\n").find((line) => line.includes('"token"'));
    assert.match(token, /"fail"/);
    assert.match(token, /invalid_client/);
    assert.doesNotMatch(run.stdout + run.stderr, /eyJ/);
  });

  test("a scope that the client is not given is named", async () => {
    const site = await siteOf(at, {
      fhirBase: oidc.base,
      auth: {
        method: "client-secret-basic",
        clientId: "narrow",
        clientSecret: "file:secret",
        scopes: "system/Patient.rs system/Flag.crs",
      },
    });
    await writeFile(join(site.folder, "secret"), SECRET);

    const run = await whatmatters("check", ...site.configured, "--json");
    await site.remove();

    expectExit(run, EXIT.refused);
    assert.match(run.stdout, /invalid_scope/);
  });

  test("a key takes over from one that is retired, without a gap", async () => {
    const { configured } = at.site;
    const published = (await service.keys()).map(({ kid }) => kid);
    const before = kidOf((await oidc.recorded()).tokens.find(isFrom("es384")));
    expectExit(await whatmatters("keys", "retire", before, ...configured), EXIT.done);

    await jsonLines(EXIT.done, "check", ...sites.get("es384").configured);

    const after = kidOf((await oidc.recorded()).tokens.filter(isFrom("es384")).at(-1));
    assert.notEqual(after, before);
    assert.ok(published.includes(before) && published.includes(after));
  });
});

function registrations(address) {
  const clients = WAYS.map(({ name, auth }) => ({
    client_id: name,
    grant_types: ["client_credentials"],
    response_types: [],
    redirect_uris: [],
    scope: NEEDED,
    ...(auth.algorithm
      ? {
          token_endpoint_auth_method: "private_key_jwt",
          token_endpoint_auth_signing_alg: auth.algorithm,
          jwks_uri: `${address}/.well-known/jwks.json`,
        }
      : {
          token_endpoint_auth_method: auth.method.replaceAll("-", "_"),
          client_secret: SECRET,
        }),
  }));
  const narrow = clients.find(({ client_id: id }) => id === "basic");
  return [...clients, { ...narrow, client_id: "narrow", scope: "system/Patient.rs" }];
}

function kidOf({ form }) {
  return headerOf(form.client_assertion).kid;
}

function isFrom(name) {
  return ({ form }) => form.client_assertion && claimsOf(form.client_assertion).iss === name;
}
