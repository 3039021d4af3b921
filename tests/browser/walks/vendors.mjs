import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { startDemo } from "../support/demo.mjs";
import * as pages from "../support/pages.mjs";

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), "../../../config/vendors");
const names = readdirSync(folder).map((file) => path.basename(file, ".json"));
/** Whose EHR can list nobody: What Matters is opened from the chart alone. */
const listsNobody = (vendor) =>
  readFileSync(path.join(folder, `${vendor}.json`), "utf8").includes(
    '"worklists": ["launch-only"]',
  );

const warnings = (page) => page.locator(".notice-warning, .notice-error").allTextContents();

async function saveWords(patient) {
  await pages.writeWords(patient, pages.unique("My bed by the window."));
  await pages.save(patient);
  await pages.waitForMessage(patient, /In the chart|Kept/);
  assert.deepEqual(await warnings(patient), []);
}

/** From the ward to a patient and to the receipt for their words, at the EHR of one vendor. */
async function walk(world, vendor) {
  const demo = await startDemo(world.binary, world.file(`demo-${vendor}.log`), [
    "--vendor",
    vendor,
  ]);
  world.closeLater(demo.stop);
  world.allow(demo.startPage, demo.ehr);
  const window = await world.window();
  const start = await pages.openStart(demo, window);
  if (listsNobody(vendor)) {
    const button = start.locator(".steps > li").nth(0).getByRole("button").first();
    const [ward] = await Promise.all([window.waitForEvent("page"), button.click()]);
    await ward.getByText("Nobody is on this ward just now.").waitFor();
    assert.deepEqual(await warnings(ward), []);
    const chart = await window.newPage();
    await chart.goto(new URL("/chart", demo.ehr).href);
    await chart.getByRole("navigation").getByRole("link").first().click();
    const patient = await pages.framed(chart);
    assert.deepEqual(await warnings(patient), []);
    await saveWords(patient);
    return;
  }
  const ward = await pages.openWard(start);
  const rows = pages.rows(ward);
  const people = await rows.count();
  assert.ok(people >= 20, `${people} people on the ward`);
  assert.deepEqual(await warnings(ward), []);

  const button = rows.nth(0).getByRole("button").first();
  const name = await button.textContent();
  await button.click();
  await ward.getByRole("button", { name: "Save", exact: true }).waitFor();
  assert.equal(await pages.nameOf(ward), name);
  assert.deepEqual(await warnings(ward), []);
  await saveWords(ward);

  // From a patient's chart to everyone around.
  const patient = await pages.openPatient(start, 1);
  assert.deepEqual(await warnings(patient), []);
  await patient.getByRole("button", { name: "Everyone on" }).click();
  await patient.waitForURL(/\/app\/ward\/[^/]+#c=/);
  await patient.getByRole("table").waitFor();
  assert.equal(await pages.rows(patient).count(), people);
  assert.deepEqual(await warnings(patient), []);
}

export const vendors = Object.fromEntries(
  names.map((vendor) => [
    `${vendor}: the ward, a patient, words and their receipt, without a warning`,
    (world) => walk(world, vendor),
  ]),
);
