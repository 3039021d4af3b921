/**
 * SMART EHR launches of `whatmatters serve` with an authorization server that others wrote
 * (oidc-provider), and Medplum's FHIR router behind it. What the service did is asked of the
 * authorization server; what it got is seen in its pages.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { EXIT, jsonLine } from "./support/binary.mjs";
import { claimsOf, headerOf } from "./support/jwt.mjs";
import { OidcPeer } from "./support/oidc.mjs";
import { Service } from "./support/service.mjs";
import { idOf, setting, siteOf } from "./support/setting.mjs";

/** As behind a proxy that ends TLS: what browsers and the authorization server know of us. */
const PUBLIC = "https://whatmatters.example";
const EHR = "https://ehr.example";
const SECRET = "a secret : + / % of one run";
const BACKEND =
  "system/Patient.rs system/Encounter.rs system/Location.rs " +
  "system/Observation.crs system/Flag.crs";
const SCOPES =
  "launch openid fhirUser online_access " +
  "user/Patient.r user/Encounter.r user/Observation.rs user/Practitioner.r";
/** Less than the service wants of a token that it goes on with: it renews it for each reading. */
const SHORT_SECONDS = 20;
const PARALLEL = 6;
const NAME_WITHIN_MS = 120_000;

/** A service of each: how it shows itself, and which FHIR base of the server it is told. */
const WAYS = {
  rs384: { auth: { method: "private-key-jwt", algorithm: "RS384", jku: true }, base: "/fhir" },
  es384: {
    auth: { method: "private-key-jwt", algorithm: "ES384" },
    // Issuer and keys are to be had from openid-configuration alone.
    base: "/bare",
    registered: { id_token_signed_response_alg: "ES384", accessTokenSeconds: SHORT_SECONDS },
  },
  post: {
    auth: { method: "client-secret-post", clientSecret: "file:secret" },
    base: "/fhir",
    registered: { accessTokenSeconds: SHORT_SECONDS },
  },
  basic: {
    auth: { method: "client-secret-basic", clientSecret: "file:secret" },
    base: "/fhir",
  },
  // Shows itself by nothing but its verifier; its service asks for its own tokens as another.
  public: { auth: { method: "none" }, base: "/fhir" },
  stranger: { auth: { method: "private-key-jwt", algorithm: "RS384" }, base: "/stranger" },
};
const NAMES = Object.keys(WAYS);

describe("EHR launches with oidc-provider", () => {
  let at;
  let publisher;
  let oidc;
  let nurse;
  const services = new Map();

  before(async () => {
    at = await setting("medplum");
    nurse = await at.client.create({
      resourceType: "Practitioner",
      name: [{ text: "Nurse Olufunmilayo Made-up" }],
    });
    for (const algorithm of ["RS384", "ES384"]) {
      const words = ["keys", "new", ...at.site.configured, "--algorithm", algorithm];
      await jsonLine(EXIT.done, ...words);
    }
    publisher = await Service.start(at.site.config);
    oidc = await OidcPeer.start(NAMES.map(registrationOf), at.server.base);
    await Promise.all(NAMES.map(startService));
  });
  after(async () => {
    await Promise.all([...services.values()].map(({ service }) => service.close()));
    await Promise.all([...services.values()].map(({ site }) => site.remove()));
    await oidc?.close();
    await publisher?.close();
    await at?.site.remove();
  });

  function registrationOf(name) {
    const { auth, registered } = WAYS[name];
    const [one, two] = at.ward.people;
    return {
      client_id: name,
      grant_types: [
        ...["authorization_code", "refresh_token"],
        ...(auth.method === "none" ? [] : ["client_credentials"]),
      ],
      response_types: ["code"],
      redirect_uris: [`${PUBLIC}/callback`],
      scope: `${SCOPES} ${BACKEND}`,
      launches: {
        one: { patient: idOf(one.patient), need_patient_banner: false },
        two: { patient: idOf(two.patient), encounter: idOf(two.encounter) },
      },
      token_endpoint_auth_method: auth.method.replaceAll("-", "_"),
      ...(auth.algorithm && {
        token_endpoint_auth_signing_alg: auth.algorithm,
        jwks_uri: `${publisher.address}/.well-known/jwks.json`,
      }),
      ...(auth.clientSecret && { client_secret: SECRET }),
      ...registered,
    };
  }

  async function startService(name) {
    const { auth, base } = WAYS[name];
    const isPublic = auth.method === "none";
    const own = isPublic ? { ...WAYS.post.auth, clientId: "post" } : auth;
    const launchAuth = isPublic ? { auth } : {};
    const site = await siteOf(at, {
      fhirBase: `${oidc.issuer}${base}`,
      auth: { clientId: name, ...own, scopes: BACKEND },
      launch: { clientId: name, frameAncestors: [EHR], ...launchAuth },
      keys: join(at.site.folder, "keys"),
      publicUrl: PUBLIC,
    });
    await writeFile(join(site.folder, "secret"), SECRET);
    services.set(name, { site, service: await Service.start(site.config) });
  }

  function newBrowser(name) {
    return new oidc.Browser(new Map([[PUBLIC, services.get(name).service.address]]));
  }

  /** What the EHR does: opens the service's page for launches. Answers where it leads. */
  async function begin(browser, name, launch = "one") {
    const iss = `${oidc.issuer}${WAYS[name].base}`;
    const query = new URLSearchParams({ iss, launch });
    const { location } = await browser.ask(`${PUBLIC}/launch?${query}`);
    assert.equal(location?.origin, oidc.issuer);
    return location;
  }

  /** Signs in and allows everything. Answers the address of the callback. */
  function signIn(browser, authorize) {
    return browser.walkTo(PUBLIC, authorize, { login: nurse.id, password: "any" });
  }

  /** A launch from beginning to end: {browser, context}, which is what its page holds. */
  async function launch(name, { browser = newBrowser(name), handle } = {}) {
    const answer = await browser.ask(await signIn(browser, await begin(browser, name, handle)));
    assert.equal(answer.status, 303, answer.text);
    const { origin, pathname, search, hash } = answer.location;
    assert.equal(`${origin}${pathname}${search}`, `${PUBLIC}/app/patient`);
    return { browser, context: hash.replace(/^#c=/, "") };
  }

  /**
   * A launch, and what its page is about. On a busy machine the name of who signed in may not
   * come within the two seconds that the service waits for it; it is asked for at each launch.
   */
  async function launchThatShowsAName(name) {
    for (const until = Date.now() + NAME_WITHIN_MS; ;) {
      const page = await launch(name);
      const context = JSON.parse((await ask(page, "/api/context")).text);
      if (context.user.display || Date.now() > until) return { page, context };
    }
  }

  function ask({ browser, context }, path) {
    return browser.ask(`${PUBLIC}${path}`, { headers: { "x-whatmatters-context": context } });
  }

  /** The token requests of a client with this grant, oldest first. */
  async function tokensOf(name, grant) {
    const { tokens } = await oidc.recorded();
    return tokens.filter(({ client, form }) => client === name && form.grant_type === grant);
  }
  const exchangesOf = (name) => tokensOf(name, "authorization_code");
  const refreshesOf = (name) => tokensOf(name, "refresh_token");

  function expectRefused(answer, status, words) {
    assert.equal(answer.status, status, answer.text);
    assert.match(answer.text, /What Matters could not be opened/);
    assert.match(answer.text, words);
    assert.equal(answer.location, undefined);
    assert.deepEqual(answer.cookies, []);
  }

  for (const name of ["rs384", "es384", "post", "basic", "public"]) {
    test(`a launch opens the page of its patient, as ${name}`, async () => {
      const { page, context } = await launchThatShowsAName(name);

      const patient = await ask(page, "/api/patient");
      assert.equal(`Patient/${context.patient.id}`, at.ward.people[0].patient);
      assert.equal(context.user.display, nurse.name[0].text);
      assert.equal(context.needPatientBanner, false);
      assert.equal(patient.status, 200, patient.text);
      // As the nurse, and with nobody else's permission.
      const { fhir } = await oidc.recorded();
      const read = fhir.filter(({ client, account }) => client === name && account);
      const paths = read.map(({ path }) => path);
      assert.deepEqual([...new Set(read.map(({ account }) => account))], [nurse.id]);
      assert.ok(paths.includes(`/Practitioner/${nurse.id}`), paths.join(" "));
      assert.ok(paths.includes(`/${at.ward.people[0].patient}`), paths.join(" "));
    });

    test(`the authorization server is asked as SMART says, as ${name}`, async () => {
      const { base, auth } = WAYS[name];
      await launch(name);

      const { authorizations } = await oidc.recorded();
      const asked = authorizations.filter(({ client_id: id }) => id === name).at(-1);
      const { form, status } = (await exchangesOf(name)).at(-1);
      assert.equal(asked.aud, `${oidc.issuer}${base}`);
      assert.equal(asked.scope, SCOPES);
      assert.equal(asked.code_challenge_method, "S256");
      assert.equal(asked.code_challenge, sha256(form.code_verifier));
      for (const each of ["state", "nonce"]) assert.ok(asked[each].length >= 43, each);
      for (const each of ["state", "nonce", "code_challenge"]) {
        const values = authorizations.map((parameters) => parameters[each]);
        assert.equal(new Set(values).size, values.length, each);
      }
      assert.equal(status, 200);
      assert.equal(form.redirect_uri, `${PUBLIC}/callback`);
      if (auth.algorithm) {
        const { alg, jku } = headerOf(form.client_assertion);
        const { iss, sub, aud, jti, iat, exp } = claimsOf(form.client_assertion);
        assert.equal(alg, auth.algorithm);
        assert.equal(jku, auth.jku && `${PUBLIC}/.well-known/jwks.json`);
        assert.deepEqual([iss, sub, aud], [name, name, `${oidc.issuer}/token`]);
        assert.ok(jti && exp > iat && exp - iat <= 300);
      }
      // RFC 6749, section 2.3: in one place, and where nothing proves it, by name.
      assert.equal(form.client_secret, name === "post" ? SECRET : undefined);
      assert.equal(form.client_id, ["post", "public"].includes(name) ? name : undefined);
    });
  }

  test("two launches in one browser are about their own patients", async () => {
    const one = await launch("rs384");
    const two = await launch("rs384", { browser: one.browser, handle: "two" });

    for (const [index, page] of [one, two].entries()) {
      const { patient } = JSON.parse((await ask(page, "/api/context")).text);
      assert.equal(`Patient/${patient.id}`, at.ward.people[index].patient);
      assert.equal((await ask(page, "/api/patient")).status, 200);
    }
  });

  for (const name of ["rs384", "es384"]) {
    test(`the assertion of a code's exchange is not taken twice, as ${name}`, async () => {
      await launch(name);
      const { form } = (await exchangesOf(name)).at(-1);

      const replay = await oidc.post(form);

      assert.equal(replay.status, 401);
      assert.equal((await replay.json()).error, "invalid_client");
      assert.match((await exchangesOf(name)).at(-1).detail, /used once/);
    });
  }

  test("a code is good once", async () => {
    await launch("post");
    const { form } = (await exchangesOf("post")).at(-1);

    const replay = await oidc.post(form);

    assert.equal(replay.status, 400);
    assert.equal((await replay.json()).error, "invalid_grant");
  });

  test("a code of another launch is refused, for its verifier is another", async () => {
    const browser = newBrowser("rs384");
    const mine = await signIn(browser, await begin(browser, "rs384"));
    const other = await signIn(browser, await begin(browser, "rs384", "two"));
    mine.searchParams.set("code", other.searchParams.get("code"));

    expectRefused(await browser.ask(mine), 401, /invalid_grant/);

    const { status, error, detail } = (await exchangesOf("rs384")).at(-1);
    assert.deepEqual([status, error], [400, "invalid_grant"]);
    assert.match(detail, /PKCE/);
  });

  test("no launch goes through without a challenge", async () => {
    const browser = newBrowser("rs384");
    const authorize = await begin(browser, "rs384");
    authorize.searchParams.delete("code_challenge");
    authorize.searchParams.delete("code_challenge_method");
    const before = (await exchangesOf("rs384")).length;

    const callback = await signIn(browser, authorize);
    const answer = await browser.ask(callback);

    assert.equal(callback.searchParams.get("error"), "invalid_request");
    expectRefused(answer, 502, /gave no reason that is known here/);
    assert.equal((await exchangesOf("rs384")).length, before);
  });

  test("an answer is taken from the authorization server that was asked, once", async () => {
    const before = (await exchangesOf("rs384")).length;
    // RFC 9207: oidc-provider names itself in every answer, and says so in its discovery.
    for (const [iss, words] of [
      [undefined, /does not say which sign-in/],
      ["https://evil.example", /another sign-in/],
      [`${oidc.base}`, /another sign-in/],
    ]) {
      const browser = newBrowser("rs384");
      const callback = await signIn(browser, await begin(browser, "rs384"));
      assert.equal(callback.searchParams.get("iss"), oidc.issuer);
      callback.searchParams.delete("iss");
      if (iss) callback.searchParams.set("iss", iss);

      expectRefused(await browser.ask(callback), 403, words);

      callback.searchParams.set("iss", oidc.issuer);
      expectRefused(await browser.ask(callback), 403, /used already/);
    }
    assert.equal((await exchangesOf("rs384")).length, before);
  });

  test("a launch of another browser is refused", async () => {
    const before = (await exchangesOf("rs384")).length;
    const browser = newBrowser("rs384");
    const callback = await signIn(browser, await begin(browser, "rs384"));

    expectRefused(await newBrowser("rs384").ask(callback), 403, /another browser/);

    assert.equal((await exchangesOf("rs384")).length, before);
  });

  test("who does not allow it is told so", async () => {
    const browser = newBrowser("rs384");
    const { location: form } = await browser.ask(await begin(browser, "rs384"));

    const callback = await browser.walkTo(PUBLIC, `${form}/abort`, {});

    assert.equal(callback.searchParams.get("error"), "access_denied");
    expectRefused(await browser.ask(callback), 403, /did not allow/);
  });

  test("an id_token that is signed by no key of its EHR opens nothing", async () => {
    const browser = newBrowser("stranger");
    const callback = await signIn(browser, await begin(browser, "stranger"));

    expectRefused(await browser.ask(callback), 401, /a key that the EHR does not list/);

    assert.equal((await exchangesOf("stranger")).at(-1).status, 200);
  });

  for (const name of ["es384", "post"]) {
    test(`a token that ends is renewed, each time by a new one, as ${name}`, async () => {
      const page = await launch(name);
      const before = (await refreshesOf(name)).length;

      for (const _ of [1, 2, 3]) {
        const { status, text } = await ask(page, "/api/patient");
        assert.equal(status, 200, text);
      }
      const alone = (await refreshesOf(name)).slice(before);
      const parallel = await Promise.all(
        Array.from({ length: PARALLEL }, () => ask(page, "/api/patient")),
      );

      assert.equal(alone.length, 3);
      for (const { status, text } of parallel) assert.equal(status, 200, text);
      const all = (await refreshesOf(name)).slice(before);
      for (const { status, error } of all) assert.equal(status, 200, error);
      const used = all.map(({ form }) => form.refresh_token);
      assert.equal(new Set(used).size, used.length);
    });
  }

  test("a refresh token is good once; one that is used again ends the launch", async () => {
    const page = await launch("post");
    const before = (await refreshesOf("post")).length;
    assert.equal((await ask(page, "/api/patient")).status, 200);
    const { form } = (await refreshesOf("post"))[before];

    const replay = await oidc.post(form);
    const answer = await ask(page, "/api/patient");

    assert.equal(replay.status, 400);
    assert.equal((await replay.json()).error, "invalid_grant");
    // oidc-provider takes it for theft, and takes back everything that came of the launch.
    const last = (await refreshesOf("post")).at(-1);
    assert.notEqual(last.form.refresh_token, form.refresh_token);
    assert.equal(last.error, "invalid_grant");
    assert.equal(answer.status, 401, answer.text);
    assert.match(answer.text, /Open What Matters again/);
  });
});

function sha256(text) {
  return createHash("sha256").update(text).digest("base64url");
}
