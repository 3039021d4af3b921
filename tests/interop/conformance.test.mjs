/** What the program writes conforms to R4 and US Core, by the judgement of HAPI's validator. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { AUTHORED, REQUESTS } from "./support/authored.mjs";
import { EXIT, jsonLine } from "./support/binary.mjs";
import { Driver } from "./support/driver.mjs";
import { idOf, setting, siteOf } from "./support/setting.mjs";
import { TEAM } from "./support/site.mjs";
import { validate } from "./support/validator.mjs";

describe("conformance of what is written", () => {
  let at;
  before(async () => {
    at = await setting("medplum"); // it keeps what it is given and adds only id and meta
  });
  after(() => at?.site.remove());

  test("statements conform to US Core, flags to R4", async () => {
    const [person] = at.ward.people;
    const about = ["--patient", idOf(person.patient), "--encounter", idOf(person.encounter)];
    const statement = ["push", "statement", ...at.site.connected, ...about, "--wait"];
    const flag = ["push", "flag", ...at.site.connected, "--team", TEAM, "--wait"];
    const receipts = [
      await jsonLine(EXIT.done, ...statement, "--text", "Made up: tea before breakfast."),
      await jsonLine(
        ...[EXIT.done, ...statement, "--text", "Made up: I taught for forty years."],
        ...["--aspect", "about-me"],
      ),
      await jsonLine(EXIT.done, ...flag, "--reason", "strain"),
    ];
    const written = [];
    for (const { location } of receipts) {
      written.push(await at.client.read(location));
    }

    const { errors } = await validate(...written);

    assert.deepEqual(
      written.map((one) => one.resourceType),
      [...["Observation", "Observation", "Flag"]],
    );
    assert.deepEqual(errors, [[], [], []]);
  });
});

describe("conformance of what each route writes", () => {
  const questionnaire = "https://example.org/made-up/Questionnaire/what-matters";
  const ROUTES = [
    { route: "observation", type: "Observation" },
    {
      route: "flowsheet-observation",
      type: "Observation",
      overrides: {
        flowsheet: { system: "https://example.org/made-up/rows", code: "47", loinc: true },
      },
    },
    {
      route: "questionnaire-response",
      type: "QuestionnaireResponse",
      overrides: { questionnaire: { url: questionnaire, linkId: "now" } },
    },
    { route: "document-reference", type: "DocumentReference" },
    {
      route: "document-reference",
      type: "DocumentReference",
      overrides: {
        document: {
          contentType: "application/xhtml+xml",
          categorySystem: "https://example.org/made-up/codes",
          categoryCode: "note",
          docStatus: "final",
          period: true,
        },
      },
    },
    {
      route: "communication",
      type: "Communication",
      overrides: (organization) => ({
        communication: { statementRecipients: [organization], sender: organization },
      }),
    },
    {
      route: "communication",
      type: "Communication",
      overrides: (organization) => ({
        communication: { statementRecipients: [organization], payload: "attachment" },
      }),
    },
    {
      route: "task",
      type: "Task",
      overrides: (organization) => ({ task: { statementOwner: organization } }),
    },
    { flag: true, route: "flag", type: "Flag" },
    {
      flag: true,
      route: "communication",
      type: "Communication",
      overrides: (organization) => ({ communication: { flagRecipients: [organization] } }),
    },
    {
      flag: true,
      route: "task",
      type: "Task",
      overrides: (organization) => ({ task: { flagOwner: organization } }),
    },
  ];
  let at;
  before(async () => {
    at = await setting("medplum");
  });
  after(() => at?.site.remove());

  test("it is valid R4", async () => {
    const written = [];
    for (const [index, { route, flag, overrides = {} }] of ROUTES.entries()) {
      const { organization, people } = at.ward;
      const person = people[index];
      const site = await siteOf(at, {
        routes: [route, "companion"],
        overrides: typeof overrides === "function" ? overrides(organization) : overrides,
      });
      try {
        const what = flag
          ? ["flag", "--team", TEAM, "--reason", "strain"]
          : [
              ...["statement", "--patient", idOf(person.patient)],
              ...["--encounter", idOf(person.encounter)],
              ...["--text", "Made up: the window “open”, <please> & thank you."],
            ];
        const [kind, ...words] = what;
        const receipt = await jsonLine(
          ...[EXIT.done, "push", kind, ...site.connected, ...words, "--wait"],
        );
        assert.equal(receipt.route, route, JSON.stringify(receipt));
        written.push(await at.client.read(receipt.location));
      } finally {
        await site.remove();
      }
    }

    const { errors } = await validate(...written);

    assert.deepEqual(
      written.map((one) => one.resourceType),
      ROUTES.map(({ type }) => type),
    );
    assert.deepEqual(
      errors,
      ROUTES.map(() => []),
    );
  });
});

describe("conformance of every element that can be written", () => {
  let driver;
  before(() => {
    driver = new Driver("http://127.0.0.1:1/fhir"); // it is asked for nothing
  });
  after(() => driver?.close());

  test("every resource that we author is written whole, and valid", async () => {
    const written = [];
    for (const resource of AUTHORED) {
      const answer = await driver.must({ do: "rewrite", resource });
      written.push(answer.resource);
    }

    const { errors } = await validate(...written);

    assert.deepEqual(written, AUTHORED);
    assert.deepEqual(
      errors,
      AUTHORED.map(() => []),
    );
  });

  test("so is the bundle that carries them", async () => {
    const bundles = [];
    for (const type of ["transaction", "batch"]) {
      const answer = await driver.must({ do: "bundle", type, requests: REQUESTS });
      bundles.push(answer.resource);
    }

    const { errors } = await validate(...bundles);

    assert.equal(bundles[0].entry.length, REQUESTS.length);
    assert.deepEqual(errors, [[], []]);
  });

  test("what the program does not author it does not write", async () => {
    const { error } = await driver.ask({
      do: "rewrite",
      resource: { resourceType: "Patient", id: "made-up" },
    });

    assert.equal(error.kind, "invalid-input");
  });
});
