/**
 * oidc-provider (panva) as the authorization server of a FHIR server, on loopback.
 *
 *   node server.mjs CLIENTS.json UPSTREAM
 *
 * oidc-provider answers every OAuth and OpenID request by itself: it verifies assertions, keys and
 * secrets, refuses replays, and issues the tokens. This file adds what SMART puts around it: the
 * discovery document below the FHIR base, the launch context in token responses, and a guard that
 * asks oidc-provider about the bearer token of a FHIR request before it goes on to UPSTREAM.
 *
 * CLIENTS.json is a list of client registrations (RFC 7591); `launch` in one of them is added to
 * the token responses of its launches. Prints {"port":N} when it listens. GET /recorded tells the
 * token requests so far: {"tokens":[{…form}],"fhir":N}. The end of standard input ends it.
 */
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { generateKeyPairSync, webcrypto } from 'node:crypto';
import { Provider } from 'oidc-provider';

// oidc-provider signs with the Web Crypto global, which Node 18 does not have yet.
globalThis.crypto ??= webcrypto;

const [clientsFile, upstream] = process.argv.slice(2);
const registrations = JSON.parse(readFileSync(clientsFile, 'utf8'));
const launches = new Map(registrations.map(({ client_id: id, launch }) => [id, launch]));
const SCOPES = [
    ...['openid', 'offline_access', 'launch', 'fhirUser'],
    ...registrations.flatMap(({ scope = '' }) => scope.split(' ')),
];
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384'];
const AUTH_METHODS = ['private_key_jwt', 'client_secret_basic', 'client_secret_post'];
const BODY_LIMIT_BYTES = 5 * 1024 * 1024;
const recorded = { tokens: [], fhir: 0 };

const server = createServer();
server.listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    const issuer = `http://127.0.0.1:${port}`;
    const provider = providerAt(issuer);
    const oauth = provider.callback();
    server.on('request', (request, response) => {
        const { pathname } = new URL(request.url, issuer);
        if (pathname === '/recorded') {
            send(response, 200, recorded);
        } else if (pathname === '/fhir/.well-known/smart-configuration') {
            send(response, 200, configuration(issuer));
        } else if (pathname === '/fhir' || pathname.startsWith('/fhir/')) {
            guard(provider, request, response).catch((error) =>
                send(response, 502, { error: error.message }),
            );
        } else {
            oauth(request, response);
        }
    });
    process.stdout.write(`${JSON.stringify({ port })}\n`);
});
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));

function providerAt(issuer) {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const provider = new Provider(issuer, {
        clients: registrations.map(({ launch, ...registration }) => registration),
        jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' }] },
        scopes: [...new Set(SCOPES)],
        claims: { openid: ['sub'], fhirUser: ['fhirUser'] },
        clientAuthMethods: AUTH_METHODS,
        enabledJWA: { clientAuthSigningAlgValues: ALGORITHMS },
        extraParams: ['aud', 'launch'],
        features: {
            clientCredentials: { enabled: true },
            introspection: { enabled: true },
            devInteractions: { enabled: true },
        },
        pkce: { methods: ['S256'], required: () => true },
        issueRefreshToken: async () => true,
        rotateRefreshToken: true,
        conformIdTokenClaims: false,
        cookies: { keys: ['made up for one run'] },
        ttl: { ClientCredentials: 300, AccessToken: 300, IdToken: 300, Session: 600, Grant: 600 },
        findAccount: (_, id) => ({
            accountId: id,
            claims: () => ({ sub: id, fhirUser: `Practitioner/${id}` }),
        }),
    });
    provider.use(async (context, next) => {
        await next();
        if (context.oidc?.route !== 'token') return;
        recorded.tokens.push({ ...context.oidc.body });
        const { grant_type: grant } = context.oidc.body ?? {};
        if (context.status === 200 && grant === 'authorization_code') {
            context.body = { ...context.body, ...launches.get(context.oidc.client.clientId) };
        }
    });
    return provider;
}

function configuration(issuer) {
    return {
        issuer,
        jwks_uri: `${issuer}/jwks`,
        authorization_endpoint: `${issuer}/auth`,
        // Relative, as some servers write it.
        token_endpoint: '/token',
        introspection_endpoint: `${issuer}/token/introspection`,
        grant_types_supported: ['authorization_code', 'client_credentials'],
        token_endpoint_auth_methods_supported: AUTH_METHODS,
        token_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
        code_challenge_methods_supported: ['S256'],
        scopes_supported: [...new Set(SCOPES)],
        capabilities: [
            ...['launch-ehr', 'client-confidential-asymmetric', 'client-confidential-symmetric'],
            ...['sso-openid-connect', 'context-ehr-patient', 'permission-v2'],
        ],
    };
}

/** Lets a FHIR request with a live token of this provider through to the upstream server. */
async function guard(provider, request, response) {
    recorded.fhir += 1;
    const { pathname, search } = new URL(request.url, 'http://peer');
    if (pathname !== '/fhir/metadata') {
        const [scheme, token = ''] = (request.headers.authorization ?? '').split(' ');
        const found =
            scheme.toLowerCase() === 'bearer' &&
            ((await provider.ClientCredentials.find(token)) ??
                (await provider.AccessToken.find(token)));
        if (!found) {
            response.setHeader('WWW-Authenticate', 'Bearer error="invalid_token"');
            return send(response, 401, {
                resourceType: 'OperationOutcome',
                issue: [{ severity: 'error', code: 'login' }],
            });
        }
    }
    const { host, authorization, connection, ...headers } = request.headers;
    delete headers['content-length'];
    const body = ['GET', 'HEAD'].includes(request.method) ? undefined : await bodyOf(request);
    const target = `${upstream}${pathname.slice('/fhir'.length)}${search}`;
    const answer = await fetch(target, { method: request.method, headers, body });
    for (const name of ['content-type', 'location', 'etag', 'last-modified']) {
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
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(body));
}
