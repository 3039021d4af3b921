import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Contract } from "./support/contract.mjs";
import { startDemo } from "./support/demo.mjs";
import { startProxies } from "./support/proxies.mjs";
import { launchBrowser, World } from "./support/world.mjs";
import { add } from "./walks/add.mjs";
import { contract as contractWalks } from "./walks/contract.mjs";
import { correct } from "./walks/correct.mjs";
import { everyone } from "./walks/everyone.mjs";
import { failing } from "./walks/failing.mjs";
import { hostile } from "./walks/hostile.mjs";
import { launch } from "./walks/launch.mjs";
import { live } from "./walks/live.mjs";
import { read } from "./walks/read.mjs";
import { vendors } from "./walks/vendors.mjs";

const walkMillisecondsMax = 120_000;

const folder = path.dirname(fileURLToPath(import.meta.url));
const pictures = path.join(folder, "../../build/browser");
rmSync(pictures, { recursive: true, force: true });
mkdirSync(pictures, { recursive: true });

async function inTime(work) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`not done in ${walkMillisecondsMax / 1000} s`)),
      walkMillisecondsMax,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Runs one walk; true if it went well and no page did what pages must never do. */
async function passes(walk, name, browser, demo, contract) {
  const world = new World(browser, demo, contract, pictures);
  const started = performance.now();
  let failure;
  try {
    await inTime(walk(world));
    const faults = await inTime(world.allFaults());
    if (faults.length > 0) throw new Error([...new Set(faults)].join("\n"));
  } catch (error) {
    failure = error;
  }
  await world.close(failure && name.replace(/[^a-z0-9]+/gi, "-").slice(0, 60));
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${failure ? "FAIL" : "ok  "} ${name} (${seconds} s)`);
  if (failure) console.log(`     ${String(failure.stack ?? failure).replaceAll("\n", "\n     ")}`);
  return !failure;
}

const [binary, pattern = ""] = process.argv.slice(2);
const walks = {
  ...read,
  ...add,
  ...correct,
  ...failing,
  ...hostile,
  ...launch,
  ...live,
  ...everyone,
  ...contractWalks,
};

let passed = 0;
let failed = 0;

/** Runs the walks in a browser of their own, at a demo of their own. */
async function take(chosen, demo, contract, further, way = "") {
  const browser = await launchBrowser(further);
  try {
    for (const [name, walk] of Object.entries(chosen)) {
      if (!name.includes(pattern)) continue;
      if (await passes(walk, name + way, browser, demo, contract)) passed += 1;
      else failed += 1;
    }
  } finally {
    await browser.close();
  }
}

async function withDemo(work) {
  const demo = await startDemo(binary, path.join(pictures, "demo.log"));
  try {
    await work(demo);
  } finally {
    await demo.stop();
  }
}

/** All walks, as a hospital has them: through HAProxy and nginx. */
async function takeThroughProxies(demo, contract) {
  const { host, port } = new URL(demo.startPage);
  const proxies = await startProxies(port);
  try {
    // The address stays; the browser's way to it is another one.
    const rule = `--host-resolver-rules=MAP ${host} 127.0.0.1:${proxies.port}`;
    await take(walks, demo, contract, [rule]);
    console.log(`     ${proxies.count()} requests came through HAProxy and nginx`);
    if (!pattern && proxies.count() === 0) throw new Error("no request came through the proxies");
  } finally {
    await proxies.stop();
  }
}

try {
  const contract = new Contract();
  await withDemo((demo) => takeThroughProxies(demo, contract));
  await withDemo((demo) => take({ ...launch, ...live }, demo, contract, [], ", without a proxy"));
  await withDemo((demo) => take(vendors, demo, contract, []));
  const silent = contract.unanswered.filter((operation) => operation.includes(" /api/"));
  console.log(`     ${contract.count} answers were held against the contract`);
  if (!pattern && silent.length > 0) {
    console.log(`FAIL no walk was answered by ${silent.join(", ")}`);
    failed += 1;
  }
} catch (error) {
  console.log(`FAIL the walks could not be run: ${error.stack}`);
  failed += 1;
}
console.log(`browser: ${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
