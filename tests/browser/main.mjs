import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Contract } from "./support/contract.mjs";
import { startDemo } from "./support/demo.mjs";
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
const walks = Object.entries({
  ...read,
  ...add,
  ...correct,
  ...failing,
  ...hostile,
  ...launch,
  ...live,
  ...everyone,
  ...contractWalks,
});

let passed = 0;
let failed = 0;
let demo;
let browser;
try {
  const contract = new Contract();
  demo = { ...(await startDemo(binary, path.join(pictures, "demo.log"))), binary };
  browser = await launchBrowser();
  for (const [name, walk] of walks) {
    if (!name.includes(pattern)) continue;
    if (await passes(walk, name, browser, demo, contract)) passed += 1;
    else failed += 1;
  }
  const silent = contract.unanswered.filter((operation) => operation.includes(" /api/"));
  console.log(`     ${contract.count} answers were held against the contract`);
  if (!pattern && silent.length > 0) {
    console.log(`FAIL no walk was answered by ${silent.join(", ")}`);
    failed += 1;
  }
} catch (error) {
  console.log(`FAIL the walks could not be run: ${error.stack}`);
  failed += 1;
} finally {
  await browser?.close();
  await demo?.stop();
}
console.log(`browser: ${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
