// A certified OpenID Connect provider that signs everybody in at once, and a front that spoils its answers.
import { createHmac, createSign, generateKeyPairSync, randomUUID } from "node:crypto";
import { createServer, request } from "node:http";
import Provider from "oidc-provider";

// It warns at length that it keeps everything in memory, which is what a test wants.
console.warn = () => {};
console.info = () => {};

export const client = { id: "milepost", secret: "canary-client-secret-4c1e77b0" };

function newKey() {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const kid = randomUUID();
  return { kid, privateKey, jwk: { ...privateKey.export({ format: "jwk" }), kid, use: "sig", alg: "RS256" } };
}

const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const decode = (part) => JSON.parse(Buffer.from(part, "base64url").toString());

function signJwt(header, claims, key) {
  const text = `${encode(header)}.${encode(claims)}`;
  if (header.alg === "none") return `${text}.`;
  if (header.alg === "HS256") return `${text}.${createHmac("sha256", key).update(text).digest("base64url")}`;
  return `${text}.${createSign("RSA-SHA256").update(text).sign(key, "base64url")}`;
}

/**
 * `spoil` changes an ID token: `(header, claims) → { header, claims, key }`. `isDown` closes paths by name, or "all" of
 * them; `rotate` signs with a new key from now on and publishes that one alone.
 */
export async function startIdentityProvider(port, redirectUri) {
  const issuer = `http://127.0.0.1:${port}`;
  const state = { spoil: null, isDown: () => false, key: newKey(), issuer };
  let provider = makeProvider(state, redirectUri);
  const inner = createServer((asking, answering) => void interact(provider, asking, answering));
  await new Promise((resolve) => inner.listen(port + 1, "127.0.0.1", resolve));
  const front = createServer((asking, answering) => pass(state, port + 1, asking, answering));
  await new Promise((resolve) => front.listen(port, "127.0.0.1", resolve));
  return Object.assign(state, {
    rotate: () => {
      state.key = newKey();
      provider = makeProvider(state, redirectUri);
    },
    stop: async () => {
      for (const server of [front, inner]) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  });
}

function makeProvider({ issuer, key }, redirectUri) {
  return new Provider(issuer, {
    clients: [{ client_id: client.id, client_secret: client.secret, redirect_uris: [redirectUri] }],
    jwks: { keys: [key.jwk] },
    claims: { openid: ["sub"], profile: ["name", "preferred_username"] },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    cookies: { keys: ["of the fault runs"] },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, name: `Person ${id}`, preferred_username: id }),
    }),
  });
}

/** Everybody is "ana", and agrees to everything. */
async function interact(provider, asking, answering) {
  if (!asking.url.startsWith("/interaction/")) return provider.callback()(asking, answering);
  const { params, prompt } = await provider.interactionDetails(asking, answering);
  if (prompt.name === "login")
    return provider.interactionFinished(asking, answering, { login: { accountId: "ana" } });
  const grant = new provider.Grant({ accountId: "ana", clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  return provider.interactionFinished(asking, answering, { consent: { grantId: await grant.save() } });
}

function pass(state, port, asking, answering) {
  const { pathname } = new URL(asking.url, state.issuer);
  if (state.isDown(pathname)) return answering.socket.destroy();
  const options = {
    port,
    host: "127.0.0.1",
    path: asking.url,
    method: asking.method,
    headers: asking.headers,
  };
  const passed = request(options, async (given) => {
    const parts = [];
    for await (const part of given) parts.push(part);
    const body = spoiled(state, pathname, Buffer.concat(parts));
    const headers = { ...given.headers, "content-length": String(body.length) };
    delete headers["transfer-encoding"];
    answering.writeHead(given.statusCode, headers).end(body);
  });
  passed.on("error", () => answering.destroy());
  asking.pipe(passed);
}

function spoiled({ spoil, key }, path, body) {
  if (!spoil || path !== "/token" || !body.includes("id_token")) return body;
  const tokens = JSON.parse(body);
  const [header, claims] = tokens.id_token.split(".");
  const changed = spoil(decode(header), decode(claims));
  tokens.id_token = signJwt(changed.header, changed.claims, changed.key ?? key.privateKey);
  return Buffer.from(JSON.stringify(tokens));
}

const soon = 300;
const now = () => Math.floor(Date.now() / 1000);

/** What a token can be spoiled with; none of it may let anybody in. */
export const badTokens = {
  "another audience": (header, claims) => ({ header, claims: { ...claims, aud: "somebody-else" } }),
  "another issuer": (header, claims) => ({
    header,
    claims: { ...claims, iss: "https://issuer.example.com" },
  }),
  "another nonce": (header, claims) => ({ header, claims: { ...claims, nonce: randomUUID() } }),
  "no nonce": (header, { nonce: _, ...claims }) => ({ header, claims }),
  expired: (header, claims) => ({ header, claims: { ...claims, iat: now() - 2 * soon, exp: now() - soon } }),
  "no subject": (header, { sub: _, ...claims }) => ({ header, claims }),
  "a foreign key": (header, claims) => ({ header, claims, key: newKey().privateKey }),
  "no signature": (header, claims) => ({ header: { ...header, alg: "none" }, claims }),
  "the client's secret as key": (header, claims) => ({
    header: { ...header, alg: "HS256" },
    claims,
    key: client.secret,
  }),
};

/** A provider whose clock is off by so many seconds. */
export const skewed = (seconds) => (header, claims) => ({
  header,
  claims: { ...claims, iat: claims.iat + seconds, exp: claims.exp + seconds },
});
