import assert from "node:assert/strict";
import * as pages from "../support/pages.mjs";

/** Opens the ward, and waits until it is told of changes. */
async function openLiveWard(start) {
  const stream = start.context().waitForEvent("request", {
    predicate: (request) => request.url().endsWith("/api/ward/events"),
  });
  const ward = await pages.openWard(start);
  await (await stream).response();
  return ward;
}

export const live = {
  "what is said appears on an open ward, without a reload or a lost focus": async (world) => {
    const start = await pages.openStart(world, await world.window());
    const ward = await openLiveWard(start);
    const patient = await pages.openPatient(start, 14);
    const name = await pages.nameOf(patient);
    const button = pages.rowOf(ward, name).getByRole("button");
    await button.focus();
    await ward.evaluate(() => {
      globalThis.notReloaded = true;
      scrollTo(0, 120);
    });
    const scrolled = await ward.evaluate(() => scrollY);
    const words = pages.unique("I want to plant tomatoes");

    await pages.writeWords(patient, words);
    await pages.save(patient);
    await pages.waitForMessage(patient, /^Saved\./);

    // The page would ask by itself only after minutes.
    await pages.rowOf(ward, name).getByText(words).waitFor();
    assert.equal(await ward.evaluate(() => globalThis.notReloaded), true);
    assert.equal(await ward.evaluate(() => scrollY), scrolled);
    assert.ok(await button.evaluate((node) => node === document.activeElement));
    await ward.getByRole("status").filter({ hasText: "The list has changed." }).waitFor();
  },

  "what is said on one page of a patient appears on another": async (world) => {
    const start = await pages.openStart(world, await world.window());
    const first = await pages.openPatient(start, 15);
    const stream = start.context().waitForEvent("request", {
      predicate: (request) => request.url().endsWith("/api/patient/events"),
    });
    const second = await pages.openPatient(start, 15);
    await (await stream).response();
    await pages.writeWords(second, "A draft that stays");
    const words = pages.unique("Call my brother first");

    await pages.writeWords(first, words);
    await pages.save(first);

    await pages.wordsNow(second).filter({ hasText: words }).waitFor();
    assert.equal(
      await second.getByLabel("Their words, as said").inputValue(),
      "A draft that stays",
    );
  },
};
