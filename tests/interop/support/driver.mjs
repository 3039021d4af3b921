/** Drives the product's own FHIR client: one JSON command in, one JSON answer out. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

const CLOSE_LIMIT_MILLISECONDS = 10_000;

export class Driver {
  #process;
  #lines;

  /** A client of the FHIR server at `base`. */
  constructor(base) {
    const binary = process.env.WHATMATTERS_INTEROP_DRIVER;
    assert.ok(binary, "no driver: start the suite with tests/interop/run BINARY");
    this.#process = spawn(binary, [base], { stdio: ["pipe", "pipe", "inherit"] });
    // A program that cannot be run has no output either; that is what ask() tells.
    this.#process.on("error", () => {});
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** Carries out one command; answers what came of it, {error: {kind, status, text}} included. */
  async ask(command) {
    this.#process.stdin.write(`${JSON.stringify(command)}\n`);
    const { done, value } = await this.#lines.next();
    assert.ok(!done, `the driver ended at ${JSON.stringify(command)}`);
    return JSON.parse(value);
  }

  /** As ask(), but an error fails the test. */
  async must(command) {
    const answer = await this.ask(command);
    assert.equal(answer.error, undefined, JSON.stringify(answer));
    return answer;
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
}
