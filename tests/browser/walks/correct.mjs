import assert from "node:assert/strict";
import * as pages from "../support/pages.mjs";

/** Words that were just saved and are in the chart. */
async function written(patient, words) {
  await pages.writeWords(patient, words);
  await pages.save(patient);
  await pages.waitForMessage(patient, /In the chart/);
  return patient.locator("article", { hasText: words });
}

export const correct = {
  "what was written down by mistake is taken back with two presses": async (world) => {
    const start = await pages.openStart(world, await world.window());
    const patient = await pages.openPatient(start, 14);
    const words = pages.unique("Of the person in the next bed");
    const article = await written(patient, words);

    await article.getByRole("button", { name: /^Correct/ }).click();
    const panel = patient.getByRole("group", { name: "What is wrong with this?" });
    assert.ok(await panel.evaluate((node) => node === document.activeElement));
    for (const width of [320, 768, 1280]) {
      await patient.setViewportSize({ width, height: 800 });
      await world.picture(patient, `patient-correct-${width}`);
      const wide = await patient.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= width, `${wide} > ${width}`);
    }
    assert.deepEqual(await world.violations(patient), []);
    await panel.getByRole("button", { name: "Take it back: a mistake" }).click();

    await pages.wordsNow(patient).filter({ hasText: words }).waitFor({ state: "detached" });
    const section = pages.aspect(patient, "What matters most now");
    await section.locator("summary", { hasText: "earlier" }).click();
    const gone = section.locator("article", { hasText: "Written down by mistake" });
    await gone.getByText("marked in the chart as entered in error").waitFor({ timeout: 30_000 });
    await world.picture(patient, "patient-withdrawn");
    assert.ok(!(await patient.content()).includes(words));

    await patient.reload();
    await section.waitFor();
    assert.ok(!(await patient.content()).includes(words));
  },

  "wrong words are put right, and stay in the history": async (world) => {
    const start = await pages.openStart(world, await world.window());
    const patient = await pages.openPatient(start, 15);
    const wrong = pages.unique("To see the see");
    const right = pages.unique("To see the sea");
    const article = await written(patient, wrong);

    await article.getByRole("button", { name: /^Correct/ }).click();
    await patient.getByRole("button", { name: "Put the words right" }).click();
    assert.equal(await patient.getByLabel("Their words, as said").inputValue(), wrong);
    await patient.getByRole("heading", { name: "Put the words right" }).waitFor();
    await pages.writeWords(patient, right);
    await world.picture(patient, "patient-put-right");
    await pages.save(patient);
    await pages.waitForMessage(patient, /In the chart/);

    await patient.reload();
    await pages.wordsNow(patient).filter({ hasText: right }).waitFor();
    assert.equal(await pages.wordsNow(patient).filter({ hasText: wrong }).count(), 0);
    const section = pages.aspect(patient, "What matters most now");
    await section.locator("summary", { hasText: "earlier" }).click();
    const old = section.locator(".history article", { hasText: wrong });
    assert.match(await old.innerText(), /Not what was said: put right since/);
    assert.equal(await old.getByRole("button", { name: /^Correct/ }).count(), 0);
  },

  "a first press changes nothing, and leaving it leaves it": async (world) => {
    const start = await pages.openStart(world, await world.window());
    const patient = await pages.openPatient(start, 16);
    const words = pages.unique("That my brother is told");
    const article = await written(patient, words);

    const open = article.getByRole("button", { name: /^Correct/ });
    await open.click();
    await patient.getByRole("button", { name: "Leave it as it is" }).click();
    await open.waitFor();
    assert.ok(await open.evaluate((node) => node === document.activeElement));
    await open.click();
    await pages.writeWords(patient, "Something else that was begun");
    await patient.getByRole("button", { name: "Put the words right" }).click();
    assert.match(await patient.locator(".add .failure").innerText(), /You have begun/);
    assert.equal(
      await patient.getByLabel("Their words, as said").inputValue(),
      "Something else that was begun",
    );

    await patient.reload();
    await pages.wordsNow(patient).filter({ hasText: words }).waitFor();
  },
};
