import assert from "node:assert/strict";
import * as pages from "../support/pages.mjs";

const policy = {
  "default-src": "'none'",
  "script-src": "'self'",
  "style-src": "'self'",
  "img-src": "'self' data:",
  "connect-src": "'self'",
  "font-src": "'self'",
  "form-action": "'self'",
  "base-uri": "'none'",
};

export const failing = {
  "a draft survives when the service cannot be reached": async (world) => {
    const window = await world.window();
    const patient = await pages.openPatient(await pages.openStart(world, window), 6);
    const words = pages.unique("Let me sleep until eight");
    await pages.writeWords(patient, words);

    await window.setOffline(true);
    await pages.save(patient);
    await patient.getByRole("alert").filter({ hasText: "Not saved" }).waitFor();
    assert.equal(await patient.getByLabel("Their words, as said").inputValue(), words);

    await window.setOffline(false);
    await pages.save(patient);
    await pages.waitForMessage(patient, /^Saved\./);
    assert.equal(await patient.getByText(words).count(), 1);
  },

  "words whose answer was lost are saved once": async (world) => {
    const patient = await pages.openPatient(await pages.openStart(world, await world.window()), 7);
    const words = pages.unique("Tell me the truth");
    const sent = [];
    await patient.route("**/api/patient/statements", async (route) => {
      sent.push(route.request().postData());
      if (sent.length > 1) return route.continue();
      const answer = await route.fetch();
      assert.equal(answer.status(), 201);
      return route.abort("connectionreset");
    });
    await pages.writeWords(patient, words);

    await pages.save(patient);
    await patient.getByRole("alert").filter({ hasText: "Not saved" }).waitFor();
    await pages.save(patient);
    await pages.waitForMessage(patient, /^Saved\./);
    await patient.reload();
    await patient.getByText(words).first().waitFor();

    assert.equal(sent.length, 2);
    assert.equal(sent[0], sent[1]);
    assert.equal(await patient.locator("blockquote", { hasText: words }).count(), 1);
  },

  "after the session no patient is shown, and the draft can be copied": async (world) => {
    const window = await world.window();
    const patient = await pages.openPatient(await pages.openStart(world, window), 8);
    const name = await pages.nameOf(patient);
    const words = pages.unique("Call my brother");
    await pages.writeWords(patient, words);

    await window.clearCookies();
    await pages.save(patient);
    await patient.getByRole("heading", { name: "Your session has ended" }).waitFor();

    assert.equal(await patient.getByRole("textbox").inputValue(), words);
    assert.ok(!(await patient.locator("body").innerText()).includes(name));
    assert.deepEqual(await world.violations(patient), []);
    await world.picture(patient, "session-ended");
  },

  "what a reload is refused is shown no more": async (world) => {
    const patient = await pages.openPatient(await pages.openStart(world, await world.window()), 9);
    const name = await pages.nameOf(patient);
    const words = pages.unique("Sunday walks");
    await pages.writeWords(patient, words);
    await pages.save(patient);
    await pages.waitForMessage(patient, /^Saved\./);
    await patient.route("**/api/patient", (route) =>
      route.fulfill({
        status: 403,
        contentType: "application/problem+json",
        body: JSON.stringify({
          type: "urn:whatmatters:problem:forbidden",
          title: "Not allowed",
          status: 403,
          detail: "The EHR does not allow it.",
          requestId: "made-up",
        }),
      }),
    );

    const second = await pages.openPatient(await pages.openStart(world, await world.window()), 9);
    await pages.writeWords(second, pages.unique("And the dog"));
    await pages.save(second); // the first page hears of it, and reads anew
    await patient.getByText("The EHR does not allow it.").waitFor();

    const shown = await patient.locator("body").innerText();
    assert.ok(!shown.includes(name));
    assert.ok(!shown.includes(words));
    await patient.unroute("**/api/patient");
    await patient.getByRole("button", { name: "Try again" }).click();
    assert.equal(await pages.nameOf(patient), name);
  },

  "a page that was not opened from the EHR says so": async (world) => {
    const page = await (await world.window()).newPage();

    await page.goto(new URL("/app/patient", world.startPage).href);
    await page.getByRole("heading", { name: "Open this page from the EHR" }).waitFor();
    await page.goto(new URL("/app/patient#c=made-up", world.startPage).href);
    await page.getByRole("heading", { name: "Your session has ended" }).waitFor();
  },

  "without JavaScript the pages say what to do": async (world) => {
    const page = await (await world.window({ javaScriptEnabled: false })).newPage();
    for (const address of ["/", "/app/patient", "/app/ward/any"]) {
      await page.goto(new URL(address, world.startPage).href);
      assert.match(await page.locator("noscript").innerText(), /needs JavaScript/, address);
    }
  },

  "an address that is not there is a 404 with words for people": async (world) => {
    const page = await (await world.window()).newPage();
    const answer = await page.goto(new URL("/app/nothing-here", world.startPage).href);

    assert.equal(answer.status(), 404);
    assert.match(await page.locator("body").innerText(), /There is no such page/);
  },

  "every page forbids scripts and requests from elsewhere": async (world) => {
    const page = await (await world.window()).newPage();
    for (const address of ["/", "/app/patient", "/app/ward/any"]) {
      const answer = await page.goto(new URL(address, world.startPage).href);
      const header = answer.headers()["content-security-policy"] ?? "";
      const directives = Object.fromEntries(
        header.split(";").map((directive) => {
          const [name, ...values] = directive.trim().split(/\s+/);
          return [name, values.join(" ")];
        }),
      );
      for (const [name, value] of Object.entries(policy)) {
        assert.equal(directives[name], value, `${address} ${name}`);
      }
    }
  },
};
