import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { Contract } from "../support/contract.mjs";
import * as pages from "../support/pages.mjs";

const json = "application/json";
const problem = {
  type: "urn:whatmatters:problem:not-found",
  title: "Not found",
  status: 404,
  detail: "There is no such patient.",
  requestId: "abc",
};

/** An answer, and what is wrong with it. */
const judged = [
  [{ path: "/api/contexts", method: "POST", status: 201, body: { context: "x" } }, []],
  [{ path: "/api/patient", status: 404, type: "application/problem+json", body: problem }, []],
  [{ path: "/api/ward/events", status: 200, type: "text/event-stream" }, []],
  [
    { path: "/api/contexts", method: "POST", status: 201, body: { context: "x", mood: "good" } },
    ["POST /api/contexts 201: the body must NOT have additional properties mood"],
  ],
  [
    { path: "/api/contexts", method: "POST", status: 201, body: { context: 1 } },
    ["POST /api/contexts 201: /context must be string"],
  ],
  [
    { path: "/api/contexts", method: "POST", status: 200, body: { context: "x" } },
    ["POST /api/contexts 200: is application/json, and should be application/problem+json"],
  ],
  [
    { path: "/api/patient", status: 404, type: "application/problem+json", body: {} },
    ["type", "title", "status", "detail", "requestId"].map(
      (name) => `GET /api/patient 404: the body must have required property '${name}'`,
    ),
  ],
  [
    { path: "/api/patient", status: 404, type: "text/html", body: problem },
    ["GET /api/patient 404: is text/html, and should be application/problem+json"],
  ],
  [{ path: "/api/context", status: 200, text: "{" }, ["GET /api/context 200: is not JSON"]],
  [
    { path: "/api/sign-out", method: "POST", status: 204, body: {} },
    ["POST /api/sign-out 204: has a body, and should have none"],
  ],
  [
    { path: "/api/moods", status: 200, body: {} },
    ["GET /api/moods 200: there is no such operation in the contract"],
  ],
  [
    { path: "/api/ward", method: "POST", status: 405, body: problem },
    ["POST /api/ward 405: there is no such operation in the contract"],
  ],
];

/** The status of what a page would be answered that asks so. */
function ask(page, method, path, body, token = new URL(page.url()).hash.replace("#c=", "")) {
  return page.evaluate(
    async (request) => {
      const response = await fetch(request.path, {
        method: request.method,
        headers: { "Content-Type": "application/json", "X-WhatMatters-Context": request.token },
        body: request.body,
      });
      await response.text();
      return response.status;
    },
    { method, path, token, body: typeof body === "object" ? JSON.stringify(body) : body },
  );
}

export const contract = {
  "what is not as the contract says is told by operation, status and place": async () => {
    const judge = new Contract();
    for (const [{ type = json, method = "GET", body, text, ...answer }, faults] of judged) {
      assert.deepEqual(
        judge.faults({
          ...answer,
          method,
          contentType: type,
          body: text ?? (body === undefined ? "" : JSON.stringify(body)),
        }),
        faults,
      );
    }
  },

  "scripts and styles come compressed": async (world) => {
    const codings = new Map();
    const window = await world.window();
    window.on("response", (response) => {
      const { pathname } = new URL(response.url());
      const { "content-encoding": coding, "content-length": length } = response.headers();
      const isSmall = !coding && Number(length) < 1024; // it would be no smaller
      if (/\.(css|js)$/.test(pathname) && !isSmall) codings.set(pathname, coding);
    });
    await pages.openWard(await pages.openStart(world, window));
    assert.ok(codings.size > 2);
    assert.deepEqual(new Set(codings.values()), new Set(["br"]));
  },

  // A page that opens a patient leaves, and its answer with it: here it stays.
  "what a ward page is given and refused is as the contract says": async (world) => {
    const ward = await pages.openWard(await pages.openStart(world, await world.window()));
    const key = await pages.rows(ward).first().getAttribute("data-key");

    assert.equal(await ask(ward, "POST", "/api/contexts", { key }), 201);
    assert.equal(await ask(ward, "POST", "/api/contexts", { key: "nobody" }), 404);
    assert.equal(await ask(ward, "POST", "/api/contexts", {}), 400);
    assert.equal(await ask(ward, "GET", "/api/patient"), 403);
    assert.equal(await ask(ward, "GET", "/api/patient/events"), 403);
    assert.equal(await ask(ward, "GET", "/api/ward", undefined, "forged"), 401);
    assert.equal(await ask(ward, "POST", "/api/sign-out", undefined, ""), 401);
  },

  "what a patient's page is refused is as the contract says": async (world) => {
    const patient = await pages.openPatient(await pages.openStart(world, await world.window()), 16);
    const statements = "/api/patient/statements";
    const uuid = randomUUID();
    const statement = {
      id: `urn:uuid:${uuid}`,
      aspect: "now",
      text: pages.unique("Open the window at night"),
      language: "en",
      said: "2026-01-02",
      by: "patient",
    };

    assert.equal(await ask(patient, "GET", "/api/ward"), 403);
    assert.equal(await ask(patient, "GET", `${statements}/${uuid}`), 404);
    assert.equal(await ask(patient, "POST", `${statements}/${uuid}/withdrawal`), 404);
    assert.equal(await ask(patient, "POST", statements, "{"), 400);
    assert.equal(await ask(patient, "POST", statements, { ...statement, by: "nobody" }), 422);
    assert.equal(await ask(patient, "POST", statements, statement), 201);
    assert.equal(await ask(patient, "POST", statements, statement), 201);
    assert.equal(await ask(patient, "POST", statements, { ...statement, text: "Other" }), 409);
    assert.equal(await ask(patient, "GET", `${statements}/${uuid}`), 200);
    assert.equal(await ask(patient, "POST", `${statements}/${uuid}/withdrawal`), 200);
    assert.equal(await ask(patient, "POST", `${statements}/${uuid}/withdrawal`), 200);
  },

  "what the demo's links are given and refused is as the contract says": async (world) => {
    const start = await pages.openStart(world, await world.window());
    const patient = await start.getByLabel("Patient", { exact: true }).inputValue();

    assert.equal(await ask(start, "POST", "/development/links", { view: "patient", patient }), 201);
    assert.equal(await ask(start, "POST", "/development/links", { view: "ward" }), 400);
  },

  "a member of an answer that nobody agreed on fails its walk": async (world) => {
    const window = await world.window();
    const start = await pages.openStart(world, window);
    await window.route("**/api/ward", async (route) => {
      const answer = await route.fetch();
      const ward = await answer.json();
      ward.rows[1].mood = "good";
      await route.fulfill({ response: answer, json: ward });
    });

    await pages.openWard(start);
    await window.unrouteAll({ behavior: "wait" }); // a page that is closed has no answer to change

    const faults = await world.allFaults();
    assert.ok(faults.length > 0);
    for (const fault of faults.splice(0)) {
      assert.equal(fault, "GET /api/ward 200: /rows/1 must NOT have additional properties mood");
    }
  },
};
