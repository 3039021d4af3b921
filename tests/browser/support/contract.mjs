import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { parse } from "yaml";

const file = new URL("../../../plugin/web/openapi.yaml", import.meta.url);

/** Of one answer: a list may have the same fault in every row. */
const faultsMax = 5;

/** Closes the objects of all schemas, so that a member which nobody wrote down is a fault. */
function close(schema) {
  if (typeof schema !== "object" || schema === null) return;
  if (schema.type === "object") schema.additionalProperties ??= false;
  Object.values(schema).forEach(close);
}

/** One part of a JSON pointer in a URI fragment (RFC 6901, section 6). */
const part = (name) => encodeURIComponent(name.replaceAll("~", "~0").replaceAll("/", "~1"));

/** `text/event-stream`: an answer without an end that could be waited for. */
export const isStream = (contentType) => contentType.startsWith("text/event-stream");

function fits(path, template) {
  const parts = path.split("/");
  const wanted = template.split("/");
  return (
    wanted.length === parts.length &&
    wanted.every((one, at) => one === parts[at] || one.startsWith("{"))
  );
}

function faultsOf(checks, type, body) {
  if (!checks) return ["there is no such operation in the contract"];
  if (checks.size === 0) return type || body ? ["has a body, and should have none"] : [];
  const isRight = checks.get(type);
  if (!isRight)
    return [`is ${type || "of no type"}, and should be ${[...checks.keys()].join(" or ")}`];
  if (isStream(type)) return [];
  let value;
  try {
    value = JSON.parse(body);
  } catch {
    return ["is not JSON"];
  }
  if (isRight(value)) return [];
  return isRight.errors.map(({ instancePath, message, params }) =>
    [instancePath || "the body", message, params.additionalProperty].filter(Boolean).join(" "),
  );
}

/**
 * What the pages and the service have agreed on, `openapi.yaml`, and what was answered under it.
 * The pages ignore members that they do not know; here they are faults, because the contract would
 * otherwise lag behind what is said.
 */
export class Contract {
  /** By operation and status: what checks a body, by content type. */
  #operations = new Map();
  #answered = new Set();
  #count = 0;

  constructor() {
    const document = parse(readFileSync(file, "utf8"));
    close(document);
    const ajv = new Ajv2020({ allErrors: true });
    addFormats.default(ajv);
    ajv.addVocabulary(Object.keys(document)); // what is no schema is not looked into
    ajv.addSchema(document, "contract");

    /** The content of a response at `way`, or at what it refers to. */
    const checksOf = ({ $ref, content = {} }, way) => {
      if ($ref) {
        const shared = $ref.split("/").slice(1);
        return checksOf(document.components.responses[shared.at(-1)], shared);
      }
      return new Map(
        Object.keys(content).map((type) => {
          const pointer = [...way, "content", type, "schema"].map(part).join("/");
          return [type, ajv.getSchema(`contract#/${pointer}`)];
        }),
      );
    };
    for (const [template, methods] of Object.entries(document.paths)) {
      for (const [method, { responses }] of Object.entries(methods)) {
        const checks = Object.entries(responses).map(([status, response]) => [
          status,
          checksOf(response, ["paths", template, method, "responses", status]),
        ]);
        this.#operations.set(`${method.toUpperCase()} ${template}`, new Map(checks));
      }
    }
  }

  /** Whether answers of this path are to be checked. */
  covers(path) {
    return path.startsWith("/api/") || this.#find((template) => fits(path, template));
  }

  /**
   * What is wrong with an answer, a line each; no line holds words of the answer. Of a stream there
   * is no `body`.
   */
  faults({ method, path, status, contentType = "", body = "" }) {
    const operation = this.#find(
      (template, templateMethod) => method === templateMethod && fits(path, template),
    );
    this.#count += 1;
    if (operation && status < 400) this.#answered.add(operation);
    const statuses = this.#operations.get(operation);
    const checks = statuses?.get(String(status)) ?? statuses?.get("default");
    return faultsOf(checks, contentType.split(";")[0].trim(), body)
      .slice(0, faultsMax)
      .map((fault) => `${method} ${path} ${status}: ${fault}`);
  }

  get count() {
    return this.#count;
  }

  /** The operations that never had an answer of success. */
  get unanswered() {
    return [...this.#operations.keys()].filter((operation) => !this.#answered.has(operation));
  }

  #find(isWanted) {
    return [...this.#operations.keys()].find((operation) => {
      const [method, template] = operation.split(" ");
      return isWanted(template, method);
    });
  }
}
