/** The authorization server that the tests talk to: oidc/server.mjs as a child process. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, openSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL("..", import.meta.url));
const BUILT = resolve(process.env.WHATMATTERS_INTEROP_BUILD ?? `${HERE}../../build/interop`);
const START_LIMIT_MILLISECONDS = 60_000;

/** The first line of a child's stdout as JSON; throws when it ends or says nothing in time. */
export async function firstLine(child, name) {
  let timer;
  const late = new Promise((_, reject) => {
    const message = `${name} said nothing within ${START_LIMIT_MILLISECONDS / 1000} s`;
    timer = setTimeout(() => reject(new Error(message)), START_LIMIT_MILLISECONDS);
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  try {
    const { done, value } = await Promise.race([lines.next(), late]);
    if (done) throw new Error(`${name} ended before it answered`);
    return JSON.parse(value);
  } finally {
    clearTimeout(timer);
  }
}

export class OidcPeer {
  /** `clients`: registrations; `upstream`: the FHIR base behind the guard. */
  static async start(clients, upstream) {
    const missing = process.env.WHATMATTERS_OIDC_MISSING;
    if (missing) throw new Error(missing);
    const peer = new OidcPeer();
    peer.folder = await mkdtemp(join(tmpdir(), "whatmatters-oidc-"));
    const file = join(peer.folder, "clients.json");
    await writeFile(file, JSON.stringify(clients));
    mkdirSync(BUILT, { recursive: true });
    const log = openSync(`${BUILT}/oidc.log`, "w");
    peer.process = spawn(process.execPath, [`${HERE}oidc/server.mjs`, file, upstream], {
      stdio: ["pipe", "pipe", log],
    });
    const { port } = await firstLine(peer.process, `oidc-provider (see ${BUILT}/oidc.log)`);
    peer.issuer = `http://127.0.0.1:${port}`;
    peer.base = `${peer.issuer}/fhir`;
    ({ Browser: peer.Browser } = await import("../oidc/browser.mjs"));
    return peer;
  }

  /** What came so far; see oidc/server.mjs. */
  async recorded() {
    return (await fetch(`${this.issuer}/recorded`)).json();
  }

  /** Sends a form to the token address. */
  post(form) {
    return fetch(`${this.issuer}/token`, { method: "POST", body: new URLSearchParams(form) });
  }

  async close() {
    const exited = once(this.process, "exit");
    this.process.stdin.end();
    await exited;
    await rm(this.folder, { recursive: true, force: true });
  }
}
