/**
 * Helios FHIR Server as a peer: started with a database of its own, which ends with it, behind a
 * port that can refuse connections while the data stays. Prints `{"port":N}`, and obeys `stop` and
 * `start` on its standard input; ends with that input. `server.mjs PROGRAM DATA`, DATA the folder
 * with the search parameters of R4.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";

const ROOT = "/fhir";
const START_LIMIT_MILLISECONDS = 60_000;
const POLL_MILLISECONDS = 100;

const folder = mkdtempSync(join(tmpdir(), "whatmatters-helios-"));
const relay = createServer(pass);
const port = await listen(relay, 0);
const inner = await freePort();
// What the server logs is the log of this process; the parent gives both to one file.
const server = spawn(process.argv[2], ["--host", "127.0.0.1", "--port", `${inner}`], {
  cwd: folder,
  stdio: ["ignore", 2, 2],
  env: {
    ...process.env,
    HFS_BASE_URL: `http://127.0.0.1:${port}${ROOT}`,
    HFS_DATABASE_URL: join(folder, "fhir.db"),
    HFS_DATA_DIR: process.argv[3],
    HFS_LOG_LEVEL: "warn",
    HFS_UI_ENABLED: "false",
  },
});
server.on("exit", () => end(1));
await isReady();
say({ port });

for await (const word of createInterface({ input: process.stdin })) {
  if (word === "stop") {
    relay.close();
    relay.closeAllConnections();
    say({ state: "stopped" });
  } else if (word === "start") {
    await listen(relay, port);
    say({ state: "listening" });
  }
}
end(0);

/** Passes a request on to the server, which is at the root of its own address. */
function pass(incoming, outgoing) {
  if (!incoming.url.startsWith(`${ROOT}/`) && incoming.url !== ROOT) {
    outgoing.writeHead(404).end();
    return;
  }
  const path = incoming.url.slice(ROOT.length) || "/";
  const { method, headers } = incoming;
  const onward = request({ host: "127.0.0.1", port: inner, path, method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode, answer.headers);
    answer.pipe(outgoing);
  });
  onward.on("error", () => outgoing.destroy());
  incoming.pipe(onward);
}

async function listen(listener, wanted) {
  listener.listen(wanted, "127.0.0.1");
  await once(listener, "listening");
  return listener.address().port;
}

async function freePort() {
  const probe = createServer();
  const free = await listen(probe, 0);
  probe.close();
  await once(probe, "close");
  return free;
}

async function isReady() {
  for (const limit = Date.now() + START_LIMIT_MILLISECONDS; Date.now() < limit;) {
    const answer = await fetch(`http://127.0.0.1:${port}${ROOT}/metadata`).catch(() => undefined);
    if (answer?.ok) return;
    await pause(POLL_MILLISECONDS);
  }
  end(1);
}

function say(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function end(code) {
  server.removeAllListeners("exit");
  server.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
  process.exit(code);
}
