/**
 * The realm, as an administrator of Keycloak sets it up for SMART backend services: a client scope
 * for each SMART scope, and clients that get tokens for themselves alone. Made up for one run.
 */

/** How the guard of the FHIR server shows itself to Keycloak. */
export const GUARD = { clientId: "guard", secret: "made up for the guard" };

/**
 * `clients` are {clientId, algorithm, jwksUrl} or {clientId, secret}; `optional` are the scopes
 * that each may ask for, `given` those that it always has, both separated by spaces, `tokenSeconds`
 * how long its tokens last, `forItself` whether it may have any without a person, and `readers` the
 * clients beside the guard that may ask what its tokens are worth.
 */
export function realm(name, clients) {
  const scopes = clients.flatMap(({ optional, given }) => [...words(optional), ...words(given)]);
  return {
    realm: name,
    enabled: true,
    sslRequired: "none",
    clientScopes: [...new Set(scopes)].map((scope) => ({
      name: scope,
      protocol: "openid-connect",
      attributes: { "include.in.token.scope": "true" },
    })),
    clients: [...clients.map(representation), representation(GUARD)],
  };
}

function representation({ clientId, secret, optional, given, ...more }) {
  const { algorithm, jwksUrl, tokenSeconds, forItself = true, readers = [] } = more;
  return {
    clientId,
    protocol: "openid-connect",
    publicClient: false,
    standardFlowEnabled: false,
    serviceAccountsEnabled: forItself,
    clientAuthenticatorType: algorithm ? "client-jwt" : "client-secret",
    secret,
    attributes: {
      ...(algorithm && {
        "use.jwks.url": "true",
        "jwks.url": jwksUrl,
        "token.endpoint.auth.signing.alg": algorithm,
      }),
      ...(tokenSeconds && { "access.token.lifespan": `${tokenSeconds}` }),
    },
    defaultClientScopes: words(given),
    optionalClientScopes: words(optional),
    // Keycloak tells a client about tokens that are for this client, and about no other.
    protocolMappers: [GUARD.clientId, ...readers].map((audience) => ({
      name: `for ${audience}`,
      protocol: "openid-connect",
      protocolMapper: "oidc-audience-mapper",
      config: { "included.client.audience": audience, "access.token.claim": "true" },
    })),
  };
}

function words(text = "") {
  return text.split(" ").filter(Boolean);
}
