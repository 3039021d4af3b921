/**
 * oidc-provider (panva) as the authorization server of a FHIR server, on loopback.
 *
 *   node server.mjs CLIENTS.json UPSTREAM
 *
 * oidc-provider answers every OAuth and OpenID request by itself: it verifies assertions, keys,
 * secrets, codes and their verifiers, refuses replays, signs people in, and issues and rotates the
 * tokens. This file adds what SMART puts around it: the discovery document below each FHIR base,
 * the launch context in token responses, and a guard that asks oidc-provider about the bearer token
 * of a FHIR request before it goes on to UPSTREAM.
 *
 * CLIENTS.json is a list of client registrations (RFC 7591) with two members more: `launches`, the
 * context of each launch by its handle, and `accessTokenSeconds`. Prints {"port":N} when it
 * listens. GET /recorded tells what came so far, oldest first: {"authorizations":[{…parameters}],
 * "tokens":[{client,form,status,error,detail}],"fhir":[{path,client,account}]}. The end of standard
 * input ends it.
 */
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { generateKeyPairSync, webcrypto } from "node:crypto";
import { errors, Provider } from "oidc-provider";

// oidc-provider signs with the Web Crypto global, which Node 18 does not have yet.
globalThis.crypto ??= webcrypto;

const [clientsFile, upstream] = process.argv.slice(2);
const registrations = JSON.parse(readFileSync(clientsFile, "utf8"));
const byClient = (member) => new Map(registrations.map((each) => [each.client_id, each[member]]));
const launches = byClient("launches");
const lifetimes = byClient("accessTokenSeconds");
const SCOPES = [
  ...["openid", "offline_access", "online_access", "launch", "fhirUser"],
  ...registrations.flatMap(({ scope = "" }) => scope.split(" ")),
];
const ALGORITHMS = ["RS256", "RS384", "RS512", "ES256", "ES384"];
const AUTH_METHODS = ["private_key_jwt", "client_secret_basic", "client_secret_post"];
const BODY_LIMIT_BYTES = 5 * 1024 * 1024;
const ACCESS_TOKEN_SECONDS = 300;
const recorded = { authorizations: [], tokens: [], fhir: [] };

/** The launch context of a code, as SMART binds it to the launch's handle. */
const contexts = new Map();
/** Why a token request was refused: oidc-provider tells its log more than its client. */
const details = new WeakMap();

/** The FHIR bases of this server, and what each says of its authorization server. */
const BASES = {
  "/fhir": configuration,
  // Names neither issuer nor keys: both are to be had from openid-configuration.
  "/bare": (issuer) => ({ ...configuration(issuer), issuer: undefined, jwks_uri: undefined }),
  // Names keys that are not those of the signer.
  "/stranger": (issuer) => ({ ...configuration(issuer), jwks_uri: `${issuer}/stranger/jwks` }),
};
const STRANGER_KEYS = { keys: [publicKey(makeKey("RS256"))] };

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address();
  const issuer = `http://127.0.0.1:${port}`;
  const provider = providerAt(issuer);
  const oauth = provider.callback();
  server.on("request", (request, response) => {
    const { pathname } = new URL(request.url, issuer);
    const base = Object.keys(BASES).find((path) => `${pathname}/`.startsWith(`${path}/`));
    if (pathname === "/recorded") {
      send(response, 200, recorded);
    } else if (pathname === "/stranger/jwks") {
      send(response, 200, STRANGER_KEYS);
    } else if (!base) {
      oauth(request, response);
    } else if (pathname === `${base}/.well-known/smart-configuration`) {
      send(response, 200, BASES[base](issuer));
    } else {
      guard(provider, base, request, response).catch((error) =>
        send(response, 502, { error: error.message }),
      );
    }
  });
  process.stdout.write(`${JSON.stringify({ port })}\n`);
});
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));

function providerAt(issuer) {
  const provider = new Provider(issuer, {
    clients: registrations.map(
      ({ launches: _, accessTokenSeconds: __, ...registration }) => registration,
    ),
    jwks: { keys: [makeKey("RS256"), makeKey("ES384")] },
    scopes: [...new Set(SCOPES)],
    claims: { openid: ["sub"], fhirUser: ["fhirUser"] },
    clientAuthMethods: [...AUTH_METHODS, "none"],
    enabledJWA: {
      clientAuthSigningAlgValues: ALGORITHMS,
      idTokenSigningAlgValues: ["RS256", "ES384"],
    },
    extraParams: {
      aud(_, value) {
        if (!Object.keys(BASES).some((path) => value === `${issuer}${path}`)) {
          throw new errors.InvalidRequest("aud is none of the FHIR servers here");
        }
      },
      launch(_, value, client) {
        if (!launches.get(client.clientId)?.[value]) {
          throw new errors.InvalidRequest("launch is no launch of this client");
        }
      },
    },
    features: {
      clientCredentials: { enabled: true },
      introspection: { enabled: true },
      devInteractions: { enabled: true },
    },
    pkce: { methods: ["S256"], required: () => true },
    issueRefreshToken: async () => true,
    rotateRefreshToken: true,
    conformIdTokenClaims: false,
    cookies: { keys: ["made up for one run"] },
    ttl: {
      AccessToken: (_, __, client) => lifetimes.get(client.clientId) ?? ACCESS_TOKEN_SECONDS,
      ...{ ClientCredentials: 300, IdToken: 300, RefreshToken: 600 },
      ...{ Interaction: 600, Session: 600, Grant: 600 },
    },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, fhirUser: `Practitioner/${id}` }),
    }),
  });
  provider.on("authorization.success", (context, { code }) => {
    const { client, params } = context.oidc;
    recorded.authorizations.push({ ...params });
    contexts.set(code, launches.get(client.clientId)[params.launch]);
  });
  provider.on("grant.error", (context, error) => details.set(context, error.error_detail));
  provider.use(async (context, next) => {
    await next();
    if (context.oidc?.route !== "token") return;
    const { body: form = {} } = context.oidc;
    const { status, body: { error } = {} } = context;
    recorded.tokens.push({
      client: context.oidc.client?.clientId,
      form: { ...form },
      status,
      error,
      detail: details.get(context),
    });
    if (status === 200 && form.grant_type === "authorization_code") {
      context.body = { ...context.body, ...contexts.get(form.code) };
    }
  });
  return provider;
}

/** A new private key as a JWK for signatures. */
function makeKey(alg) {
  const { privateKey } = alg.startsWith("RS")
    ? generateKeyPairSync("rsa", { modulusLength: 2048 })
    : generateKeyPairSync("ec", { namedCurve: "P-384" });
  return { ...privateKey.export({ format: "jwk" }), use: "sig", alg };
}

function publicKey({ kty, n, e, use, alg }) {
  return { kty, n, e, use, alg, kid: "of-a-stranger" };
}

function configuration(issuer) {
  return {
    issuer,
    jwks_uri: `${issuer}/jwks`,
    authorization_endpoint: `${issuer}/auth`,
    // Relative, as some servers write it.
    token_endpoint: "/token",
    introspection_endpoint: `${issuer}/token/introspection`,
    grant_types_supported: ["authorization_code", "client_credentials"],
    token_endpoint_auth_methods_supported: AUTH_METHODS,
    token_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
    code_challenge_methods_supported: ["S256"],
    scopes_supported: [...new Set(SCOPES)],
    capabilities: [
      ...["launch-ehr", "client-confidential-asymmetric", "client-confidential-symmetric"],
      ...["sso-openid-connect", "context-ehr-patient", "permission-v2"],
    ],
  };
}

/** Lets a FHIR request with a live token of this provider through to the upstream server. */
async function guard(provider, base, request, response) {
  const { pathname, search } = new URL(request.url, "http://peer");
  const path = pathname.slice(base.length);
  if (path !== "/metadata") {
    const [scheme, token = ""] = (request.headers.authorization ?? "").split(" ");
    const found =
      scheme.toLowerCase() === "bearer" &&
      ((await provider.ClientCredentials.find(token)) ?? (await provider.AccessToken.find(token)));
    if (!found) {
      response.setHeader("WWW-Authenticate", 'Bearer error="invalid_token"');
      return send(response, 401, {
        resourceType: "OperationOutcome",
        issue: [{ severity: "error", code: "login" }],
      });
    }
    recorded.fhir.push({ path, client: found.clientId, account: found.accountId });
  }
  const { host, authorization, connection, ...headers } = request.headers;
  delete headers["content-length"];
  const body = ["GET", "HEAD"].includes(request.method) ? undefined : await bodyOf(request);
  const answer = await fetch(`${upstream}${path}${search}`, {
    method: request.method,
    headers,
    body,
  });
  for (const name of ["content-type", "location", "etag", "last-modified"]) {
    if (answer.headers.has(name)) response.setHeader(name, answer.headers.get(name));
  }
  response.statusCode = answer.status;
  response.end(Buffer.from(await answer.arrayBuffer()));
}

async function bodyOf(request) {
  const chunks = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > BODY_LIMIT_BYTES) {
      throw new Error(`The body is larger than ${BODY_LIMIT_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function send(response, status, body) {
  response.statusCode = status;
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify(body));
}
