import assert from "node:assert/strict";
import * as pages from "../support/pages.mjs";

/** Words that try to be HTML, Markdown, a script and a change of direction. */
const words = [
  "<img src=x onerror=\"document.title='caught'\"><script>document.title='caught'</script>",
  "</blockquote></style>{{7*7}} ${7*7} &lt;b&gt; [press](javascript:alert(1)) ![x](https://example.org/x)",
  "<https://example.org> www.example.org **bold** \u202Ereversed\u2066",
].join(" ");

/** Whatever the words would have made, had they been taken for more than words. */
const traces = "img, script:not([src]), iframe, a[href^=javascript], style";

async function assertInert(page, where) {
  assert.notEqual(await page.title(), "caught");
  assert.equal(await where.locator(traces).count(), 0, await where.first().innerHTML());
}

export const hostile = {
  "hostile words are words: on the patient's page, on the ward and in the card": async (world) => {
    const start = await pages.openStart(world, await world.window());
    const index = 9;
    const patient = await pages.openPatient(start, index);
    const name = await pages.nameOf(patient);
    await pages.writeWords(patient, words);
    await pages.save(patient);
    await pages.waitForMessage(patient, /In the chart/);
    await patient.reload();

    await pages.wordsNow(patient).filter({ hasText: "reversed" }).waitFor();
    assert.ok((await pages.wordsNow(patient).allTextContents()).includes(words));
    await assertInert(patient, patient.locator("#page"));
    await world.picture(patient, "patient-hostile");

    const ward = await pages.openWard(start);
    const row = pages.rowOf(ward, name);
    await row.locator(".row-words", { hasText: "reversed" }).waitFor({ timeout: 60_000 });
    assert.equal(await row.locator(".row-words").textContent(), words);
    await assertInert(ward, ward.locator("#page"));

    await pages.choosePatient(start, index);
    await start.getByRole("button", { name: "Open the chart" }).click();
    await start.locator(".cds-card").waitFor();
    const card = start.locator(".cds-card");
    assert.ok((await card.innerText()).includes("<img src=x"), await card.innerText());
    await assertInert(start, card);
    assert.equal(await card.locator(".markdown a").count(), 0, "words became a link");
    assert.equal(await card.locator(".markdown strong", { hasText: /^bold$/ }).count(), 0);
    await world.picture(start, "start-hostile");
  },

  "nothing of the patient is left in the browser": async (world) => {
    const window = await world.window();
    const patient = await pages.openPatient(await pages.openStart(world, window), 10);
    const name = await pages.nameOf(patient);
    await pages.writeWords(patient, pages.unique("My garden"));
    await pages.save(patient);
    await pages.waitForMessage(patient, /^Saved\./);

    const stored = await patient.evaluate(async () => ({
      local: localStorage.length,
      session: sessionStorage.length,
      databases: (await indexedDB.databases()).length,
      cookies: document.cookie,
    }));
    assert.deepEqual(stored, { local: 0, session: 0, databases: 0, cookies: "" });
    assert.ok(!(await patient.title()).includes(name));
    assert.ok(!decodeURIComponent(patient.url()).includes(name));
    const session = (await window.cookies()).filter(({ httpOnly }) => !httpOnly);
    assert.deepEqual(session, []);
  },
};
