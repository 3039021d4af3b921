import assert from "node:assert/strict";
import { openHospital } from "../support/hospital.mjs";
import * as pages from "../support/pages.mjs";
import { launchBrowser } from "../support/world.mjs";

const widths = [320, 768, 1280];

/** The launch in the chart of a hospital of two sites, in a browser that blocks framed cookies. */
async function inAnotherSite(world) {
  const hospital = await openHospital(world.binary);
  world.closeLater(hospital.close);
  world.allow(...hospital.addresses);
  const browser = await launchBrowser(["--test-third-party-cookie-phaseout"]);
  world.closeLater(() => browser.close());
  const window = await world.window({ ignoreHTTPSErrors: true }, browser);
  const chart = await window.newPage();
  await chart.goto(`${hospital.chart}?patient=patient-1`);
  const patient = await pages.framed(chart);
  const cookies = await window.cookies(patient.url());

  assert.equal(await pages.nameOf(patient), await pages.chartName(chart));
  assert.match(patient.url(), /^https:\/\/127\.0\.0\.1:\d+\/app\/patient#c=/);
  assert.ok(cookies.length > 0);
  for (const { name, httpOnly, secure, sameSite } of cookies) {
    assert.match(name, /^__Host-whatmatters/);
    assert.deepEqual(
      { httpOnly, secure, sameSite },
      { httpOnly: true, secure: true, sameSite: "None" },
    );
  }
  const kept = () => patient.evaluate(async () => (await fetch("/probe")).text());
  await kept();
  assert.equal(await kept(), "not kept"); // a cookie like any other is blocked indeed

  const words = pages.unique("From inside the frame.");
  await pages.writeWords(patient, words);
  await pages.save(patient);
  await pages.waitForMessage(patient, /In the chart/);
  await patient.goto(patient.url());
  await patient.waitForFunction((text) => document.body.innerText.includes(text), words);
}

export const launch = {
  "the EHR's chart shows the page of its patient in a frame of another origin": async (world) => {
    const start = await pages.openStart(world, await world.window());
    const { chart, patient } = await pages.openChart(start, 4);

    assert.notEqual(new URL(chart.url()).origin, new URL(patient.url()).origin);
    assert.equal(await pages.nameOf(patient), await pages.chartName(chart));
    assert.ok(await patient.locator(".banner").isVisible());
    assert.deepEqual(await patient.evaluate(() => [document.cookie, document.referrer]), ["", ""]);
    // The EHR's own look, which the service has fetched and checked.
    const accent = await patient.evaluate(() =>
      getComputedStyle(document.documentElement).getPropertyValue("--wm-accent").trim(),
    );
    assert.equal(accent, "#1f5a7d");
    for (const width of widths) {
      await chart.setViewportSize({ width, height: 900 });
      await world.picture(chart, `chart-${width}`);
      const { scroll, client } = await patient.evaluate(() => ({
        scroll: document.documentElement.scrollWidth,
        client: document.documentElement.clientWidth,
      }));
      assert.ok(scroll <= client, `the frame scrolls sideways at ${width}: ${scroll} > ${client}`);
    }
  },

  "words written in the frame reach the chart": async (world) => {
    const start = await pages.openStart(world, await world.window());
    const { patient } = await pages.openChart(start, 11);

    await pages.writeWords(patient, pages.unique("Let me sit by the window."));
    await pages.save(patient);

    await pages.waitForMessage(patient, /In the chart/);
  },

  "a launch without a patient leads to a choice of wards, and from a patient to theirs": async (
    world,
  ) => {
    const window = await world.window();
    const page = await window.newPage();
    await page.goto(new URL("/chart/open", world.ehr).href);
    await page.waitForURL(/\/app\/units#c=/);
    await page.getByRole("heading", { name: "Choose a ward" }).waitFor();
    assert.deepEqual(await world.violations(page), []);
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      await world.picture(page, `units-${width}`);
      assert.ok(await page.evaluate((most) => document.documentElement.scrollWidth <= most, width));
    }
    await page.locator(".units").getByRole("button").first().click();
    await page.waitForURL(/\/app\/ward\/[^/]+#c=/);
    await page.getByRole("table").waitFor();
    const people = await pages.rows(page).count();
    assert.ok(people > 0);

    const patient = await pages.openPatient(await pages.openStart(world, window), 4);
    for (const width of widths) {
      await patient.setViewportSize({ width, height: 900 });
      await world.picture(patient, `patient-from-chart-${width}`);
    }
    await patient.getByRole("button", { name: "Everyone on" }).click();
    await patient.waitForURL(/\/app\/ward\/[^/]+#c=/);
    await patient.getByRole("table").waitFor();
    assert.equal(await pages.rows(patient).count(), people);
  },

  "two charts in two tabs stay about their own patients": async (world) => {
    const start = await pages.openStart(world, await world.window());
    const one = await pages.openChart(start, 4);
    const two = await pages.openChart(start, 6);

    await one.patient.goto(one.patient.url()); // reads again, with the cookie that both share
    await pages.framed(one.chart);

    assert.equal(await pages.nameOf(one.patient), await pages.chartName(one.chart));
    assert.equal(await pages.nameOf(two.patient), await pages.chartName(two.chart));
    assert.notEqual(await pages.nameOf(one.patient), await pages.nameOf(two.patient));
  },

  "the back button brings chart and frame back together": async (world) => {
    const start = await pages.openStart(world, await world.window());
    const { chart } = await pages.openChart(start, 4);
    const first = await pages.chartName(chart);
    const other = chart.locator("nav a:not([aria-current])").nth(7);
    const name = await other.textContent();
    await other.click();
    await chart.locator("header h1").filter({ hasText: name }).waitFor();
    assert.equal(await pages.nameOf(await pages.framed(chart)), name);

    await chart.goBack();

    await chart.locator("header h1").filter({ hasText: first }).waitFor();
    assert.equal(await pages.nameOf(await pages.framed(chart)), first);
  },

  "a card that asks for words leads to the form": async (world) => {
    const tab = await (await world.window()).newPage();
    await tab.goto(new URL("/chart/open?patient=patient-5&step=ask", world.ehr).href);
    await tab.waitForURL(/\/app\/patient#c=/);

    const field = tab.getByLabel("Their words, as said");
    await field.waitFor();
    await tab.waitForFunction(() => document.activeElement?.tagName === "TEXTAREA");
  },

  "signing out in one tab ends the other, and shows no patient": async (world) => {
    const start = await pages.openStart(world, await world.window());
    const one = await pages.openPatient(start, 4);
    const two = await pages.openPatient(start, 6);
    const name = await pages.nameOf(two);

    await one.getByRole("button", { name: "Sign out of What Matters" }).click();
    await one.getByRole("heading", { name: "Your session has ended" }).waitFor();
    await two.reload();

    await two.getByRole("heading", { name: "Your session has ended" }).waitFor();
    assert.ok(!(await two.locator("body").innerText()).includes(name));
  },

  "a scope that is refused, and a launch that is refused, are told in plain words": async (
    world,
  ) => {
    const window = await world.window();
    const asked = async () => {
      const tab = await window.newPage();
      await tab.goto(new URL("/chart/open?patient=patient-5&ask=1", world.ehr).href);
      await tab.getByRole("heading", { name: "Let this app read the chart?" }).waitFor();
      return tab;
    };
    const told = async (tab, words) => {
      await tab.getByRole("heading", { name: "What Matters could not be opened" }).waitFor();
      assert.match(await tab.locator("main").innerText(), words);
      assert.match(await tab.locator("code").textContent(), /^[\w-]{12}$/); // the request's id
      assert.deepEqual(await world.violations(tab), []);
    };

    const scope = await asked();
    await scope.getByLabel("user/Observation.rs").uncheck();
    await scope.getByRole("button", { name: "Allow" }).click();
    await told(scope, /user\/Observation\.rs/);
    for (const width of widths) {
      await scope.setViewportSize({ width, height: 700 });
      await world.picture(scope, `refused-${width}`);
    }

    const refused = await asked();
    await refused.getByRole("button", { name: "Refuse" }).click();
    await told(refused, /did not allow/);

    const allowed = await asked();
    await allowed.getByRole("button", { name: "Allow" }).click();
    await allowed.waitForURL(/\/app\/patient#c=/);
  },

  "a link that the EHR sent back cannot be used again, nor in another browser": async (world) => {
    const window = await world.window();
    const tab = await window.newPage();
    const callbacks = [];
    tab.on("request", (request) => {
      if (new URL(request.url()).pathname === "/callback") callbacks.push(request.url());
    });
    await tab.goto(new URL("/chart/open?patient=patient-5", world.ehr).href);
    await tab.waitForURL(/\/app\/patient#c=/);
    assert.equal(callbacks.length, 1);

    const again = await window.newPage();
    await again.goto(callbacks[0]);
    await again.getByRole("heading", { name: "What Matters could not be opened" }).waitFor();

    // Somebody begins a launch as themselves, and has another browser open what comes back.
    let link = new URL("/chart/open?patient=patient-5", world.ehr).href;
    while (!new URL(link).pathname.startsWith("/callback")) {
      const response = await fetch(link, { redirect: "manual" });
      link = new URL(response.headers.get("location"), link).href;
    }
    const victim = await (await world.window()).newPage();
    await victim.goto(link);
    await victim.getByRole("heading", { name: "What Matters could not be opened" }).waitFor();
    assert.match(await victim.locator("main").innerText(), /another browser/);
    assert.deepEqual(
      (await victim.context().cookies()).filter(({ name }) => name === "whatmatters"),
      [],
    );
  },

  "the page works in the frame of another site, with third-party cookies blocked": inAnotherSite,
};
