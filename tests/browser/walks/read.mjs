import assert from "node:assert/strict";
import * as pages from "../support/pages.mjs";

const freshness = [
  "Current",
  "Some time ago",
  "Check again",
  "In doubt",
  "Asked, not said",
  "Not asked yet",
];

/** The word in each row's badge, without the symbol before it. */
async function badges(ward) {
  const texts = await pages.rows(ward).locator(".badge").allTextContents();
  return texts.map((text) => text.replace(/^\S+\s/, "").trim());
}

/** The name of the first person on the ward who has words. */
async function firstWithWords(ward) {
  const row = pages
    .rows(ward)
    .filter({ has: ward.locator(".row-words") })
    .first();
  return {
    name: await row.locator(".row-open").textContent(),
    words: await row.locator(".row-words").textContent(),
  };
}

export const read = {
  "the start page says what this is, that it is made up, and what to try": async (world) => {
    const start = await pages.openStart(world, await world.window());

    assert.equal(await start.locator("h1").textContent(), "What Matters");
    assert.match(await start.getByRole("note").textContent(), /made up/);
    assert.equal(await start.locator(".steps > li").count(), 3);
    assert.ok((await pages.patientsOffered(start)).length >= 24);
  },

  "no page of the demo warns: what is searched was asked for": async (world) => {
    const start = await pages.openStart(world, await world.window());
    for (const page of [await pages.openWard(start), await pages.openPatient(start, 0)])
      assert.deepEqual(await page.locator(".notice-warning").allTextContents(), []);
  },

  "the ward shows everyone, in every state of freshness, in the order of the beds": async (
    world,
  ) => {
    const ward = await pages.openWard(await pages.openStart(world, await world.window()));

    const seen = await badges(ward);
    const beds = await ward.locator(".row-location bdi").allTextContents();

    assert.ok(seen.length >= 24, `only ${seen.length} people`);
    assert.deepEqual([...new Set(seen)].sort(), [...freshness].sort());
    const inOrder = [...beds].sort(new Intl.Collator("en-GB", { numeric: true }).compare);
    assert.deepEqual(beds, inOrder);
    assert.match(await ward.locator(".ward-header").innerText(), /Read from the EHR/);
    assert.doesNotMatch(await ward.locator("body").innerText(), /%|score|target/i);
  },

  "the ward can begin with whom to ask, and show only them, also after a reload": async (world) => {
    const ward = await pages.openWard(await pages.openStart(world, await world.window()));
    const everyone = await pages.rows(ward).count();

    await ward.getByLabel("Order").selectOption({ label: "Worth asking first" });
    assert.equal((await badges(ward))[0], "Not asked yet");
    assert.equal(await pages.rows(ward).count(), everyone);

    await ward.getByLabel("Show").selectOption({ label: "Worth checking" });
    await ward.reload();
    await ward.getByRole("table").waitFor();
    const shown = await badges(ward);
    assert.ok(shown.length > 0 && shown.length < everyone);
    assert.equal(shown[0], "In doubt");
    for (const word of shown) {
      assert.ok(["In doubt", "Check again", "Some time ago"].includes(word), word);
    }
  },

  "a row opens its patient, whose words come largest, with who, when and how current": async (
    world,
  ) => {
    const ward = await pages.openWard(await pages.openStart(world, await world.window()));
    const { name, words } = await firstWithWords(ward);

    // Forced, because the name's button covers the row and is what takes the press.
    await pages.rowOf(ward, name).locator(".row-words").click({ force: true });
    await ward.waitForURL(/\/app\/patient#c=/);
    const quotes = ward.locator("article blockquote");
    await quotes.first().waitFor();

    assert.equal(await pages.nameOf(ward), name);
    assert.ok((await quotes.allTextContents()).includes(words));
    const section = ward.locator(".aspect", { has: ward.locator("article") }).first();
    assert.match(await section.locator(".said").first().innerText(), /^Said .+, by .+/);
    assert.ok(await section.locator(".badge").first().isVisible());
    assert.match(
      await ward.locator(".disclaimer").textContent(),
      /Not orders, not an advance directive\. Check with the patient\./,
    );
    const largest = await ward.evaluate(() => {
      const size = (element) => parseFloat(getComputedStyle(element).fontSize);
      const rest = [...document.querySelectorAll(".aspect *")].filter(
        (element) => !element.closest("blockquote"),
      );
      return size(document.querySelector("article blockquote")) > Math.max(...rest.map(size));
    });
    assert.ok(largest, "something beside the words is as large as they are");

    await ward.getByRole("button", { name: "Back to the ward" }).click();
    await ward.getByRole("table").waitFor();
  },

  "the chart shows one card, with the words, and opens the page from it": async (world) => {
    const start = await pages.openStart(world, await world.window());
    const ward = await pages.openWard(start);
    const { name } = await firstWithWords(ward);
    const offered = await pages.patientsOffered(start);
    await pages.choosePatient(
      start,
      offered.findIndex((label) => label.includes(name)),
    );

    await start.getByRole("button", { name: "Open the chart" }).click();
    const card = start.locator(".cds-card");
    await card.waitFor();

    assert.equal(await card.count(), 1);
    const summary = await card.locator("h3").textContent();
    assert.ok(summary.length > 0 && [...summary].length < 140, summary);
    assert.match(await card.innerText(), /Information/);
    assert.match(await card.innerText(), /Said .* by /);
    assert.ok((await pages.nameOf(await pages.openFromCard(start))).includes(name));
  },

  "two tabs hold two patients": async (world) => {
    const start = await pages.openStart(world, await world.window());
    const first = await pages.openPatient(start, 0);
    const second = await pages.openPatient(start, 1);
    const names = [await pages.nameOf(first), await pages.nameOf(second)];

    await first.reload();
    await first.locator("h1 bdi").waitFor();

    assert.notEqual(names[0], names[1]);
    assert.equal(await pages.nameOf(first), names[0]);
    assert.equal(await pages.nameOf(second), names[1]);
  },
};
