/** The FHIR servers that the tests talk to, started at most once in a process. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, openSync } from "node:fs";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { after } from "node:test";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL("..", import.meta.url));
const BUILT = resolve(process.env.WHATMATTERS_INTEROP_BUILD ?? `${HERE}../../build/interop`);
const START_LIMIT_MILLISECONDS = 300_000;
const STEER_LIMIT_MILLISECONDS = 30_000;
const CLOSE_LIMIT_MILLISECONDS = 10_000;

/** As many resources as HAPI puts on a page, whatever `_count` asks; Medplum has no such limit. */
export const HAPI_PAGE_SIZE = 20;

export const HAPI_JAR = `${BUILT}/hapi/hapi-peer.jar`;

const COMMANDS = {
  hapi: [
    "java",
    // Starts twice as fast, and the peer lives for a minute or two.
    ...["-Xmx1200m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"],
    ...["-jar", HAPI_JAR, "serve", "--page-size", `${HAPI_PAGE_SIZE}`],
  ],
  medplum: [process.execPath, `${HERE}medplum/server.mjs`],
  helios: [
    process.execPath,
    `${HERE}helios/server.mjs`,
    `${BUILT}/helios/bin/hfs`,
    `${BUILT}/helios/data`,
  ],
};
const MISSING = {
  hapi: process.env.WHATMATTERS_HAPI_MISSING,
  medplum: process.env.WHATMATTERS_MEDPLUM_MISSING,
  helios: process.env.WHATMATTERS_HELIOS_MISSING,
};

/** The names of the servers of this run, for `for (const name of PEERS)`. */
export const PEERS = (process.env.WHATMATTERS_INTEROP_PEERS ?? "hapi medplum").split(" ");

const started = new Map();

/** The running server `name`: one of PEERS. Throws when it cannot be had, never skips. */
export function peer(name) {
  if (!started.has(name)) {
    started.set(name, Peer.start(name));
  }
  return started.get(name);
}

after(async () => {
  const peers = await Promise.allSettled(started.values());
  await Promise.all(peers.map((result) => result.value?.close()));
});

/** A child process that prints JSON lines, and obeys the words `stop` and `start`. */
class Peer {
  static async start(name) {
    if (MISSING[name]) {
      throw new Error(MISSING[name]);
    }
    const self = new Peer(name);
    const began = Date.now();
    const { port } = await self.#nextLine(START_LIMIT_MILLISECONDS);
    self.base = `http://127.0.0.1:${port}/fhir`;
    const seconds = ((Date.now() - began) / 1000).toFixed(1);
    process.stderr.write(`interop: ${name} listens on port ${port} after ${seconds} s\n`);
    return self;
  }

  #process;
  #lines;

  constructor(name) {
    this.name = name;
    const [program, ...options] = COMMANDS[name];
    mkdirSync(BUILT, { recursive: true });
    this.log = `${BUILT}/${name}.log`;
    const log = openSync(this.log, "w");
    this.#process = spawn(program, options, { stdio: ["pipe", "pipe", log] });
    // A program that cannot be run has no output either; that is what #nextLine tells.
    this.#process.on("error", () => {});
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /**
   * Runs `action` while the port is closed and connections are refused, then listens on the
   * same port again. The data stays.
   */
  async whileStopped(action) {
    await this.#steer("stop", "stopped");
    try {
      return await action();
    } finally {
      await this.#steer("start", "listening");
    }
  }

  /** Ends the process: politely by the end of its input, else by its id. */
  async close() {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) {
      return;
    }
    const exited = once(this.#process, "exit");
    const timer = setTimeout(() => this.#process.kill("SIGKILL"), CLOSE_LIMIT_MILLISECONDS);
    this.#process.stdin.end();
    await exited;
    clearTimeout(timer);
  }

  async #steer(word, expected) {
    this.#process.stdin.write(`${word}\n`);
    const { state } = await this.#nextLine(STEER_LIMIT_MILLISECONDS);
    if (state !== expected) {
      throw new Error(`${this.name} answered ${state} to ${word}`);
    }
  }

  async #nextLine(limit) {
    let timer;
    const late = new Promise((_, reject) => {
      const message = `${this.name} said nothing within ${limit / 1000} s; see ${this.log}`;
      timer = setTimeout(() => reject(new Error(message)), limit);
    });
    try {
      const { done, value } = await Promise.race([this.#lines.next(), late]);
      if (done) {
        throw new Error(`${this.name} ended before it answered; see ${this.log}`);
      }
      return JSON.parse(value);
    } finally {
      clearTimeout(timer);
    }
  }
}
