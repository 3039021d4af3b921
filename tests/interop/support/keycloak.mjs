/** Keycloak as the authorization server of the tests, and a guard before a FHIR server. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { relayTo } from "./relay.mjs";

const HERE = fileURLToPath(new URL("..", import.meta.url));
const BUILT = resolve(process.env.WHATMATTERS_INTEROP_BUILD ?? `${HERE}../../build/interop`);
const INSTALLED = `${BUILT}/keycloak`;
const DATABASE = "data/h2/keycloakdb.mv.db";
const START_LIMIT_MILLISECONDS = 180_000;
const POLL_MILLISECONDS = 200;
const OAUTH_URIS = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris";

export class KeycloakPeer {
  /**
   * Starts the server with `realm` (keycloak/realm.mjs) in a folder of its own, which has a copy of
   * the database that tests/interop/run made. `options` are further ones of `kc.sh start`.
   */
  static async start(realm, ...options) {
    const missing = process.env.WHATMATTERS_KEYCLOAK_MISSING;
    if (missing) throw new Error(missing);
    const peer = new KeycloakPeer();
    try {
      await peer.#start(realm, options);
      return peer;
    } catch (error) {
      await peer.close();
      throw error;
    }
  }

  #folder;
  #process;
  #exited;
  #relay;

  async #start(realm, options) {
    this.#folder = await mkdtemp(join(tmpdir(), "whatmatters-keycloak-"));
    await mkdir(`${this.#folder}/data/h2`, { recursive: true });
    await mkdir(`${this.#folder}/data/import`);
    await symlink(`${INSTALLED}/lib`, `${this.#folder}/lib`);
    await copyFile(`${INSTALLED}/${DATABASE}`, `${this.#folder}/${DATABASE}`);
    const file = `${this.#folder}/data/import/${realm.realm}-realm.json`;
    await writeFile(file, JSON.stringify(realm));
    const began = Date.now();
    const address = await this.#listen([
      ...["start", "--optimized", "--import-realm", "--cache=local"],
      ...["--http-enabled=true", "--http-host=127.0.0.1", "--http-port=0"],
      ...["--hostname-strict=false", ...options],
    ]);
    const seconds = ((Date.now() - began) / 1000).toFixed(1);
    process.stderr.write(`interop: keycloak listens at ${address} after ${seconds} s\n`);
    // Keycloak names itself as it is asked, so that it is at the relay's address for everybody.
    this.#relay = await relayTo(`${address}/realms/${realm.realm}`);
    this.issuer = this.#relay.base;
    this.tokenUrl = `${this.issuer}/protocol/openid-connect/token`;
    this.introspectionUrl = `${this.tokenUrl}/introspect`;
  }

  /** Starts the process; answers the address that it says it listens at. */
  async #listen(words) {
    // The kernel ends it when these tests end, however they do.
    const program = ["--pdeathsig", "TERM", `${INSTALLED}/bin/kc.sh`];
    this.#process = spawn("setpriv", [...program, `-Dkc.home.dir=${this.#folder}`, ...words], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, JAVA_OPTS: "-Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1" },
    });
    this.#exited = once(this.#process, "exit");
    const log = createWriteStream(`${BUILT}/keycloak.log`);
    this.#process.stderr.pipe(log);
    const address = new Promise((resolve) => {
      createInterface({ input: this.#process.stdout }).on("line", (line) => {
        log.write(`${line}\n`);
        const [, found] = /Listening on: (http:\S+)/.exec(line) ?? [];
        if (found) resolve(found);
      });
    });
    const ended = this.#exited.then(([code]) => {
      throw new Error(`Keycloak ended with ${code} before it was ready; see ${log.path}`);
    });
    const late = pause(START_LIMIT_MILLISECONDS, undefined, { ref: false }).then(() => {
      throw new Error(`Keycloak was not ready in time; see ${log.path}`);
    });
    return Promise.race([address, ended, late]);
  }

  /** The token requests so far, oldest first: {form, status}. */
  get tokens() {
    return this.#relay.passed
      .filter(({ url }) => url.endsWith("/token"))
      .map(({ sent, status }) => ({ form: Object.fromEntries(new URLSearchParams(sent)), status }));
  }

  /** Sends a form to the token address. */
  post(form) {
    return fetch(this.tokenUrl, { method: "POST", body: new URLSearchParams(form) });
  }

  /** An access token for the client {clientId, secret} itself. */
  async accessToken({ clientId, secret }, scope) {
    const grant = { grant_type: "client_credentials", scope };
    const answer = await this.post({ ...grant, client_id: clientId, client_secret: secret });
    return (await answer.json()).access_token;
  }

  /** What Keycloak says about an access token (RFC 7662) to the client {clientId, secret}. */
  async introspect(token, { clientId, secret }) {
    const response = await fetch(this.introspectionUrl, {
      method: "POST",
      body: new URLSearchParams({ token, client_id: clientId, client_secret: secret }),
    });
    return response.json();
  }

  /** Resolves when an access token has ended. */
  async hasEnded(token, asker) {
    while ((await this.introspect(token, asker)).active) await pause(POLL_MILLISECONDS);
  }

  async close() {
    await this.#relay?.close();
    if (this.#process?.exitCode === null) this.#process.kill("SIGTERM");
    await this.#exited;
    if (this.#folder) await rm(this.#folder, { recursive: true, force: true });
  }
}

/**
 * A relay before the FHIR server at `upstream` that lets requests with a live token of `keycloak`
 * through, and says in the CapabilityStatement where tokens are, as servers without a
 * smart-configuration do. `asker` is how it shows itself to Keycloak. `requests` are those that
 * came with a live token: {path, client, scope}. The next token of a client in `outlived` has to
 * end before it is looked at.
 */
export async function guardBefore(upstream, keycloak, asker) {
  const requests = [];
  const outlived = new Set();
  const base = new URL(upstream).pathname;
  const relay = await relayTo(upstream, async ({ url, headers }) => {
    const path = new URL(url, upstream).pathname.slice(base.length);
    if (path === "/metadata") return answer(200, await capabilities(upstream, keycloak));
    if (path.startsWith("/.well-known/")) return answer(404, outcome("not-found"));
    const [, token = ""] = (headers.authorization ?? "").split(" ");
    const { active, client_id: client, scope } = await keycloak.introspect(token, asker);
    if (!active) return answer(401, outcome("login"), { "WWW-Authenticate": "Bearer" });
    requests.push({ path, client, scope });
    if (!outlived.delete(client)) return undefined;
    await keycloak.hasEnded(token, asker);
    return answer(401, outcome("expired"), { "WWW-Authenticate": 'Bearer error="invalid_token"' });
  });
  return { base: relay.base, requests, outlived, close: () => relay.close() };
}

function answer(status, body, headers = {}) {
  const type = { "Content-Type": "application/fhir+json" };
  return { status, headers: { ...type, ...headers }, body: JSON.stringify(body) };
}

function outcome(code) {
  return { resourceType: "OperationOutcome", issue: [{ severity: "error", code }] };
}

async function capabilities(upstream, { tokenUrl, introspectionUrl }) {
  const statement = await (await fetch(`${upstream}/metadata`)).json();
  const uris = [
    { url: "token", valueUri: tokenUrl },
    { url: "introspect", valueUri: introspectionUrl },
  ];
  const extension = [{ url: OAUTH_URIS, extension: uris }];
  return {
    ...statement,
    rest: statement.rest.map((rest) => ({ ...rest, security: { extension } })),
  };
}
