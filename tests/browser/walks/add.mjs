import assert from "node:assert/strict";
import * as pages from "../support/pages.mjs";

export const add = {
  "words that are added show at once, reach the chart, and stay": async (world) => {
    const start = await pages.openStart(world, await world.window());
    const patient = await pages.openPatient(start, 2);
    const name = await pages.nameOf(patient);
    const words = pages.unique("I want to hear the sea once more");

    await pages.writeWords(patient, words);
    await pages.save(patient);
    await pages.waitForMessage(patient, /^Saved\./);
    assert.ok((await pages.wordsNow(patient).allTextContents()).includes(words));
    assert.equal(await patient.getByLabel("Their words, as said").inputValue(), "");

    await pages.waitForMessage(patient, /In the chart/);
    await world.picture(patient, "patient-added");

    await patient.reload();
    await pages.wordsNow(patient).filter({ hasText: words }).waitFor();
    const article = patient.locator("article", { hasText: words });
    assert.match(await article.locator(".receipt").innerText(), /In the chart/);
    assert.match(await article.locator(".said").innerText(), /, by the patient/);

    const ward = await pages.openWard(start);
    await pages.rowOf(ward, name).getByText(words).waitFor({ timeout: 60_000 });
  },

  "family, day, method and language are kept as given": async (world) => {
    const start = await pages.openStart(world, await world.window());
    const patient = await pages.openPatient(start, 3);
    const words = pages.unique("هو يحب أن يفطر مع أولاده");

    await patient.getByLabel("About", { exact: true }).selectOption({ label: "Who matters to me" });
    await pages.writeWords(patient, words);
    await patient.locator("summary", { hasText: "Who, when, how" }).click();
    await patient.getByLabel("Who said it").selectOption({ label: "Someone who spoke for them" });
    await pages.save(patient);
    assert.match(await patient.getByRole("alert").innerText(), /Write the name/);
    await patient.getByLabel("Their name").fill("Amina, daughter");
    await patient.getByLabel("When it was said").selectOption({ label: "On another day" });
    await patient.getByLabel("Day", { exact: true }).fill("2024-03-14");
    await patient.getByLabel("How it was asked").selectOption({ label: "By phone" });
    await patient.getByLabel("Language of the words").selectOption("ar");
    await pages.save(patient);
    await pages.waitForMessage(patient, /^Saved\./);
    await patient.reload();

    const article = patient.locator("article", { has: patient.getByText(words) });
    const said = await article.locator(".said").textContent();
    assert.match(said, /by Amina, daughter, who spoke for the patient, in Arabic, by phone/);
    assert.equal(await article.locator("time").first().getAttribute("datetime"), "2024-03-14");
    assert.equal(await article.locator("time").first().getAttribute("title"), "14 March 2024");
    const quote = article.locator("blockquote");
    assert.equal(await quote.getAttribute("lang"), "ar");
    assert.equal(await quote.evaluate((node) => getComputedStyle(node).direction), "rtl");
  },

  "choosing not to say is as easy as words": async (world) => {
    const start = await pages.openStart(world, await world.window());
    const patient = await pages.openPatient(start, 4);

    await patient.getByRole("radio", { name: "chose not to say" }).check();
    await pages.save(patient);
    await pages.waitForMessage(patient, /^Saved\./);
    await patient.reload();

    const section = pages.aspect(patient, "What matters most now");
    await section.locator("> article").first().waitFor();
    assert.match(await section.locator("> article").first().innerText(), /^Chose not to say/);
    assert.match(await section.locator(".badge").first().innerText(), /Asked, not said/);
  },

  "what is still true is said again with two presses": async (world) => {
    const start = await pages.openStart(world, await world.window());
    const patient = await pages.openPatient(start, 5);
    const words = pages.unique("My cat must be fed");
    await pages.writeWords(patient, words);
    await patient.locator("summary", { hasText: "Who, when, how" }).click();
    await patient.getByLabel("When it was said").selectOption({ label: "Earlier today" });
    await pages.save(patient);
    await pages.waitForMessage(patient, /^Saved\./);

    await patient.getByRole("button", { name: /^Still true\? What matters most now/ }).click();
    assert.equal(await patient.getByLabel("Their words, as said").inputValue(), words);
    await pages.save(patient);
    await pages.waitForMessage(patient, /^Saved\./);

    const section = pages.aspect(patient, "What matters most now");
    await section.locator("> article .said", { hasText: "just now" }).waitFor();
    await section.locator("summary", { hasText: "earlier" }).click();
    assert.equal(await section.locator(".history blockquote", { hasText: words }).count(), 1);
  },
};
