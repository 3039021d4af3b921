/** A plain FHIR R4 client over HTTP for the tests; it shares no code with the product's. */

const MEDIA_TYPE = "application/fhir+json";
const PAGE_LIMIT = 100;

export const SYSTEMS = {
  loinc: "http://loinc.org",
  observationCategory: "http://terminology.hl7.org/CodeSystem/observation-category",
  usCoreCategory: "http://hl7.org/fhir/us/core/CodeSystem/us-core-category",
  absentReason: "http://terminology.hl7.org/CodeSystem/data-absent-reason",
  actCode: "http://terminology.hl7.org/CodeSystem/v3-ActCode",
  physicalType: "http://terminology.hl7.org/CodeSystem/location-physical-type",
  flagCategory: "http://terminology.hl7.org/CodeSystem/flag-category",
  uri: "urn:ietf:rfc:3986",
};

export class FhirClient {
  constructor(base) {
    this.base = base;
  }

  /** One request; answers {status, headers, body} whatever the status. */
  async request(method, path, { body, headers = {} } = {}) {
    const url = /^https?:/.test(path) ? path : `${this.base}/${path}`.replace(/\/$/, "");
    const response = await fetch(url, {
      method,
      headers: { accept: MEDIA_TYPE, "content-type": MEDIA_TYPE, ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    let parsed;
    try {
      parsed = text === "" ? undefined : JSON.parse(text);
    } catch {
      throw new Error(`${method} ${url}: ${response.status}, and the body is not JSON`);
    }
    return { status: response.status, headers: response.headers, body: parsed };
  }

  /** As request(), but throws unless the status is 2xx; answers the body. */
  async ask(method, path, options) {
    const { status, body } = await this.request(method, path, options);
    if (status < 200 || status > 299) {
      throw new Error(`${method} ${path}: ${status} ${JSON.stringify(body)}`);
    }
    return body;
  }

  read(reference) {
    return this.ask("GET", reference);
  }

  create(resource) {
    return this.ask("POST", resource.resourceType, { body: resource });
  }

  /** Every match of a search, over all pages. `parameters` go into the query, encoded. */
  async search(type, parameters) {
    const resources = [];
    let next = `${type}?${new URLSearchParams(parameters)}`;
    for (let page = 0; next !== undefined; page += 1) {
      if (page === PAGE_LIMIT) {
        throw new Error(`${type}: more than ${PAGE_LIMIT} pages`);
      }
      // HAPI could answer an equal search from its cache; a test wants the truth.
      const headers = { "cache-control": "no-cache" };
      const bundle = await this.ask("GET", next, { headers });
      resources.push(...(bundle.entry ?? []).map((entry) => entry.resource));
      next = bundle.link?.find((link) => link.relation === "next")?.url;
    }
    return resources;
  }

  /** Runs a transaction; answers its references ("Type/id") in the order of the entries. */
  async transaction(resources) {
    const bundle = {
      resourceType: "Bundle",
      type: "transaction",
      entry: resources.map(({ fullUrl, resource }) => ({
        fullUrl,
        resource,
        request: { method: "POST", url: resource.resourceType },
      })),
    };
    const answer = await this.ask("POST", "", { body: bundle });
    return answer.entry.map((entry, index) => {
      if (!entry.response.status.startsWith("201")) {
        throw new Error(`entry ${index}: ${JSON.stringify(entry.response)}`);
      }
      return entry.response.location.match(/([A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64})/)[1];
    });
  }
}
