/** fhirclient, which SMART apps are written with, as it runs in a server (Node has a WebCrypto). */
import smart from "fhirclient";

/** Its client of the FHIR server at `serverUrl`, with a token that was had elsewhere. */
export function fhirClient(serverUrl, accessToken) {
  return smart({ headers: {} }, {}).client({
    serverUrl,
    tokenResponse: { access_token: accessToken },
  });
}
