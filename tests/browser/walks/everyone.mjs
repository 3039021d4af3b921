import assert from "node:assert/strict";
import * as pages from "../support/pages.mjs";

const widths = [320, 768, 1280];

/** Each page, opened anew in `window`. */
async function eachPage(world, window, visit) {
  const start = await pages.openStart(world, window);
  await start.getByRole("button", { name: "Open the chart" }).click();
  await start.locator(".chart > div > *").first().waitFor();
  await visit("start", start);
  await visit("ward", await pages.openWard(start));
  await visit("patient", await pages.openPatient(start, 0));
}

/** Presses Tab until the focus is on `target`. */
async function tabTo(page, target, pressesMax = 120) {
  for (let presses = 0; presses < pressesMax; presses += 1) {
    if (await target.evaluate((node) => node === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`${target} cannot be reached with the Tab key`);
}

/** Whether the element with the focus, or what is drawn for it, has an outline. */
function focusIsVisible(page) {
  return page.evaluate(() =>
    [null, "::after"].some((pseudo) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement, pseudo);
      return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
    }),
  );
}

export const everyone = {
  "from the start page to saved words with the keyboard alone": async (world) => {
    const window = await world.window();
    const start = await pages.openStart(world, window);
    const words = pages.unique("No visitors on Sunday");

    await tabTo(start, start.locator(".steps > li").nth(0).getByRole("button").first());
    assert.ok(await focusIsVisible(start));
    const [ward] = await Promise.all([window.waitForEvent("page"), start.keyboard.press("Enter")]);
    await ward.getByRole("table").waitFor();
    await tabTo(ward, pages.rows(ward).first().getByRole("button"));
    assert.ok(await focusIsVisible(ward));
    await ward.keyboard.press("Enter");
    await ward.waitForURL(/\/app\/patient#c=/);
    await ward.getByLabel("Their words, as said").waitFor();
    await tabTo(ward, ward.getByLabel("Their words, as said"));
    assert.ok(await focusIsVisible(ward));
    await ward.keyboard.type(words);
    await tabTo(ward, ward.getByRole("button", { name: "Save", exact: true }));
    assert.ok(await focusIsVisible(ward));
    await ward.keyboard.press("Enter");
    await pages.waitForMessage(ward, /^Saved\./);
    assert.ok((await pages.wordsNow(ward).allTextContents()).includes(words));
  },

  ...Object.fromEntries(
    ["light", "dark"].map((colorScheme) => [
      `no page has a serious barrier (axe-core), ${colorScheme}`,
      async (world) => {
        const window = await world.window({ colorScheme });
        await eachPage(world, window, async (name, page) => {
          assert.deepEqual(await world.violations(page), [], name);
        });
      },
    ]),
  ),

  ...Object.fromEntries(
    widths.map((width) => [
      `no page has to be scrolled sideways at ${width} CSS pixels`,
      async (world) => {
        const window = await world.window({ viewport: { width, height: 800 } });
        await eachPage(world, window, async (name, page) => {
          await world.picture(page, `${name}-${width}`);
          const [content, view] = await page.evaluate(() => [
            document.documentElement.scrollWidth,
            document.documentElement.clientWidth,
          ]);
          assert.ok(content <= view, `${name}: ${content} > ${view}`);
        });
      },
    ]),
  ),

  "the ward on paper is a list without anything to press": async (world) => {
    const ward = await pages.openWard(await pages.openStart(world, await world.window()));
    await ward.emulateMedia({ media: "print" });

    assert.ok(!(await ward.getByLabel("Order").isVisible()));
    assert.ok(!(await ward.getByText("Print", { exact: true }).isVisible()));
    assert.match(await ward.locator(".ward-header").innerText(), /Printed \d+ \w+ \d{4}/);
    assert.ok(await ward.locator(".row-words").first().isVisible());
    assert.ok(await ward.locator(".disclaimer").isVisible());
    await world.picture(ward, "ward-print");
  },

  "a page in a right-to-left language keeps to its width": async (world) => {
    const window = await world.window({ viewport: { width: 320, height: 800 } });
    await eachPage(world, window, async (name, page) => {
      await page.evaluate(() => document.documentElement.setAttribute("dir", "rtl"));
      const [content, view] = await page.evaluate(() => [
        document.documentElement.scrollWidth,
        document.documentElement.clientWidth,
      ]);
      assert.ok(content <= view, `${name}: ${content} > ${view}`);
    });
  },
};
