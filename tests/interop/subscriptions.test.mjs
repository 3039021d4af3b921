/**
 * HAPI tells `whatmatters serve` of changes by a plain R4 Subscription (rest-hook), so that an open
 * ward page has them although its unit is not due for a day.
 */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { SYSTEMS } from "./support/fhir.mjs";
import { Service } from "./support/service.mjs";
import { setting, siteOf } from "./support/setting.mjs";
import { CONNECTION, UNIT } from "./support/site.mjs";

/** Of words about now. */
const CODES = ["95541-9", "81363-4"];
const LIMIT_MILLISECONDS = 60_000;
const PAUSE_MILLISECONDS = 200;

/** What `look` answers, once `isIt` says that it is it. */
async function eventually(what, look, isIt) {
  const end = Date.now() + LIMIT_MILLISECONDS;
  for (;;) {
    const found = await look();
    if (isIt(found)) {
      return found;
    }
    assert.ok(Date.now() < end, `${what} did not come`);
    await new Promise((resolve) => {
      setTimeout(resolve, PAUSE_MILLISECONDS);
    });
  }
}

/** The page of the ward, opened by a link for development: a function that asks for its list. */
async function openWard(address) {
  const link = await fetch(`${address}/development/links`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ view: "ward", unit: UNIT }),
  });
  const { url } = await link.json();
  const opened = await fetch(new URL(url, address), { redirect: "manual" });
  const headers = {
    cookie: opened.headers.get("set-cookie").split(";")[0],
    "x-whatmatters-context": opened.headers.get("location").split("#c=")[1],
  };
  return async () => (await fetch(`${address}/api/ward`, { headers })).text();
}

describe("subscriptions at hapi", () => {
  const secret = randomBytes(24).toString("hex");
  let at;
  let site;
  let service;
  let list;

  before(async () => {
    at = await setting("hapi");
    site = await siteOf(at, {
      connection: { syncSeconds: 86_400, subscriptions: { secret: "file:secret" } },
    });
    await writeFile(join(site.folder, "secret"), secret);
    service = await Service.start(site.config);
    list = await openWard(service.address);
    await eventually("the first list", list, (text) => text.includes('"readAt"'));
  });
  after(async () => {
    await service?.close();
    await site?.remove();
    await at?.site.remove();
  });

  async function subscribe(more) {
    const made = await at.client.create({
      resourceType: "Subscription",
      status: "requested",
      reason: "a test",
      criteria: "Observation?category=survey",
      channel: {
        type: "rest-hook",
        endpoint: `${service.address}/subscriptions/${CONNECTION}`,
        header: [`Authorization: Bearer ${secret}`],
        ...more,
      },
    });
    await eventually(
      "an active subscription",
      () => at.client.read(`Subscription/${made.id}`),
      ({ status }) => status === "active",
    );
    return made;
  }

  async function say(person, words) {
    await at.client.create({
      resourceType: "Observation",
      status: "final",
      category: [{ coding: [{ system: SYSTEMS.observationCategory, code: "survey" }] }],
      code: { coding: CODES.map((code) => ({ system: SYSTEMS.loinc, code })) },
      subject: { reference: person.patient },
      effectiveDateTime: new Date().toISOString(),
      valueString: words,
    });
  }

  for (const [how, more] of Object.entries({
    "an empty message": {},
    "the resource": { payload: "application/fhir+json" },
  })) {
    test(`words in the EHR are on the open page, told by ${how}`, async () => {
      const words = `MADE-UP words that came with ${how}`;
      const subscription = await subscribe(more);

      await say(at.ward.people[3], words);

      await eventually("the words", list, (text) => text.includes(words));
      await at.client.ask("DELETE", `Subscription/${subscription.id}`);
    });
  }
});
