// patient-view of a running service with a full prefetch and a verified token, beside a bare Poco
// server that parses the same body and sends the same bytes; wrk asks both in turns.
//
//   node measure.mjs WHATMATTERS FILES BARE
//
// prints the medians of every side, then a line for each result.
import { spawn, execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const rounds = Number(process.env.WHATMATTERS_BENCH_ROUNDS ?? 5);
const seconds = Number(process.env.WHATMATTERS_BENCH_SECONDS ?? 3);
const idleConnections = 500;
const [whatmatters, files, bare] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "whatmatters-bench-"));
const children = [];

/** Starts a program; resolves with it and the first line that it prints. */
function start(program, args) {
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "ignore"] });
  children.push(child);
  return new Promise((resolve, reject) => {
    let text = "";
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`${program} ended with ${code}`)));
    child.stdout.on("data", (data) => {
      text += data;
      if (text.includes("\n")) resolve([child, text.split("\n")[0]]);
    });
  });
}

/** Processor seconds of a program so far (proc(5): utime and stime, in hundredths). */
function processorSeconds({ pid }) {
  const fields = readFileSync(`/proc/${pid}/stat`)
    .toString()
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

const micro = { us: 1, ms: 1000, s: 1_000_000 };

/** One run of wrk: requests per second, and in microseconds the 99th percentile and what the server
 * worked for each request, which says most on a machine that is busy with other things. */
function wrk(server, url, connections) {
  const before = processorSeconds(server);
  const threads = Math.min(2, connections);
  const args = [`-t${threads}`, `-c${connections}`, `-d${seconds}s`, "--latency"];
  const text = execFileSync("wrk", [...args, "-s", join(folder, "wrk.lua"), url]).toString();
  if (/Non-2xx|connect [1-9]|read [1-9]|write [1-9]/.test(text))
    throw new Error(`not every request was answered:\n${text}`);
  const [, time, unit] = text.match(/99%\s+([\d.]+)(us|ms|s)/);
  const requests = Number(text.match(/(\d+) requests in/)[1]);
  const work = ((processorSeconds(server) - before) / requests) * 1_000_000;
  const rate = Number(text.match(/Requests\/sec:\s+([\d.]+)/)[1]);
  return { rate, p99: Number(time) * micro[unit], work };
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Both sides in turns, so that whatever else the machine does happens to both. */
function compare(left, right) {
  const results = { left: [], right: [] };
  for (let round = 0; round < rounds; ++round) {
    results.left.push(left());
    results.right.push(right());
  }
  const of = (side, what) => median(results[side].map((one) => one[what]));
  return {
    rate: [of("left", "rate"), of("right", "rate")],
    p99: [of("left", "p99"), of("right", "p99")],
    work: [of("left", "work"), of("right", "work")],
  };
}

function result(name, value, sign, aim) {
  const isOk = sign === ">=" ? value >= aim : value <= aim;
  console.log(`bench ${name} ${value.toFixed(2)} aim ${sign}${aim} ${isOk ? "ok" : "short"}`);
}

/** Connections that asked once and then do nothing. */
async function openIdle(url, count) {
  const { hostname, port } = new URL(url);
  const sockets = [];
  for (let i = 0; i < count; ++i) {
    const socket = net.connect(Number(port), hostname);
    socket.on("error", () => {});
    await new Promise((resolve, reject) => {
      socket.once("error", reject);
      socket.once("data", resolve);
      socket.write("GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    });
    sockets.push(socket);
  }
  return sockets;
}

/** The pages of one patient that a browser may hold open at once. */
const pagesOfSession = 16;
const livePages = 1000;

/** Patient pages that are told of changes as they come (server-sent events), each open. */
async function openLive(base, count) {
  const { hostname, port } = new URL(base);
  const sockets = [];
  while (sockets.length < count) {
    const link = await fetch(`${base}/development/links`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ view: "patient", patient: "patient-1" }),
    });
    const opened = await fetch(new URL((await link.json()).url, base), { redirect: "manual" });
    const cookie = opened.headers.get("set-cookie").split(";")[0];
    const context = opened.headers.get("location").split("#c=")[1];
    for (let i = 0; i < pagesOfSession && sockets.length < count; ++i) {
      const socket = net.connect(Number(port), hostname);
      let text = "";
      await new Promise((resolve, reject) => {
        socket.on("error", reject);
        socket.on("close", () => reject(new Error(`a page was closed: ${text}`)));
        socket.on("data", (data) => {
          text += data;
          if (text.includes("event: open")) resolve();
        });
        socket.write(
          `GET /api/patient/events HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: ${cookie}\r\n` +
            `X-WhatMatters-Context: ${context}\r\n\r\n`,
        );
      });
      sockets.push(socket);
    }
  }
  return sockets;
}

/** The p99 of a card while others are connected, beside that without them. */
async function crowd(service, url, name, words, openOthers) {
  const alone = [];
  const crowded = [];
  for (let round = 0; round < rounds; ++round) {
    alone.push(wrk(service, url, 2).p99);
    const others = await openOthers();
    crowded.push(wrk(service, url, 2).p99);
    for (const socket of others) {
      socket.removeAllListeners();
      socket.on("error", () => {});
      socket.destroy();
    }
  }
  console.log(
    `patient-view, ${words}, medians of ${rounds}: ` +
      `p99 ${median(crowded).toFixed(0)} us; without them ${median(alone).toFixed(0)} us`,
  );
  result(name, median(crowded) / median(alone), "<=", 1.2);
}

async function run() {
  execFileSync(files, [folder]);
  const [service, line] = await start(whatmatters, [
    "serve",
    "--config",
    join(folder, "site.json"),
  ]);
  const base = JSON.parse(line).address;
  const ours = `${base}/cds-services/what-matters`;
  const answer = await fetch(ours, {
    method: "POST",
    headers: { Authorization: `Bearer ${readFileSync(join(folder, "token"))}` },
    body: readFileSync(join(folder, "call.json")),
  });
  const text = await answer.text();
  if (answer.status !== 200 || JSON.parse(text).cards.length !== 1)
    throw new Error(`no card: ${answer.status} ${text}`);
  writeFileSync(join(folder, "answer.json"), text);
  const [poco, other] = await start(bare, [join(folder, "answer.json")]);

  for (const connections of [2, 32]) {
    const both = compare(
      () => wrk(service, ours, connections),
      () => wrk(poco, `${other}/`, connections),
    );
    console.log(
      `patient-view, ${connections} connections, medians of ${rounds}: ` +
        `ours ${both.rate[0].toFixed(0)}/s p99 ${both.p99[0].toFixed(0)} us, ` +
        `${both.work[0].toFixed(0)} us of processor a request; ` +
        `bare Poco ${both.rate[1].toFixed(0)}/s p99 ${both.p99[1].toFixed(0)} us, ` +
        `${both.work[1].toFixed(0)} us`,
    );
    result(`patient-view-${connections}`, both.rate[0] / both.rate[1], ">=", 0.8);
    result(`patient-view-${connections}-p99`, both.p99[0] / both.p99[1], "<=", 1.5);
  }

  await crowd(service, ours, "patient-view-idle", `${idleConnections} idle connections`, () =>
    openIdle(base, idleConnections),
  );
  const busy = `${livePages} live pages and ${idleConnections} idle connections`;
  await crowd(service, ours, "live-pages", busy, async () => [
    ...(await openLive(base, livePages)),
    ...(await openIdle(base, idleConnections)),
  ]);
}

try {
  await run();
} catch (error) {
  console.error(`patient-view could not be measured: ${error.message}`);
  process.exitCode = 1;
} finally {
  for (const child of children) {
    child.removeAllListeners("exit");
    child.kill();
  }
  rmSync(folder, { recursive: true, force: true });
}
