/** What each binary-driving suite needs: a server with the made-up ward on it, and a site. */
import { peer } from "./peers.mjs";
import { FhirClient } from "./fhir.mjs";
import { Site } from "./site.mjs";
import { loadWard } from "./ward.mjs";

/**
 * A fresh ward on the server `name` and a fresh site for it: {server, client, ward, site}. Wards
 * do not share a location or a patient, so suites on one server cannot disturb each other.
 */
export async function setting(name) {
  const server = await peer(name);
  const client = new FhirClient(server.base);
  const ward = await loadWard(client);
  const site = await siteOf({ server, ward });
  return { server, client, ward, site };
}

/** Another site for the same ward, with a store of its own. */
export function siteOf({ server, ward }, changes = {}) {
  const { ward: location, organization } = ward;
  return Site.create({ fhirBase: server.base, ward: location, organization, ...changes });
}

/** "Patient/1" → "1". */
export function idOf(reference) {
  return reference.split("/")[1];
}
