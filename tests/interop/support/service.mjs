/** `whatmatters serve` as a child process. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { firstLine } from "./oidc.mjs";

export class Service {
  static async start(config) {
    const service = new Service();
    service.process = spawn(process.env.WHATMATTERS_BINARY, ["serve", "--config", config], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    ({ address: service.address } = await firstLine(service.process, "whatmatters serve"));
    return service;
  }

  /** The public keys that it publishes. */
  async keys() {
    const response = await fetch(`${this.address}/.well-known/jwks.json`);
    return (await response.json()).keys;
  }

  async close() {
    const exited = once(this.process, "exit");
    this.process.kill("SIGTERM");
    await exited;
  }
}
