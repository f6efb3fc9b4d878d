import { createSign, generateKeyPairSync, type JsonWebKey, type KeyObject, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";

type Header = Record<string, unknown>;
type Claims = Record<string, unknown>;
export type SigningKey = { kid: string; key: KeyObject; jwk: JsonWebKey };

/** What is done to the provider's answers on their way; each changes one thing that a hostile or broken provider might. */
export type Tampering = {
  /** Signs the ID token anew with these changes; null for `header` or `claims` leaves them as they were. */
  token?: (header: Header, claims: Claims) => { header: Header; claims: Claims; key?: KeyObject | string };
  /** In place of what stands at the path. */
  answer?: (path: string) => { status?: number; type?: string; body: string } | null;
  delayMs?: number;
};

export type TestProvider = {
  issuer: string;
  clientId: string;
  clientSecret: string;
  tampering: Tampering;
  /** Signs with another key from now on, and publishes that one only. */
  rotate: () => void;
  /** Requests by path, as they came. */
  asked: string[];
  /** Groups and other claims that people have besides their names. */
  extraClaims: Claims;
  key: () => SigningKey;
  stop: () => Promise<void>;
};

export function makeSigningKey(): SigningKey {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const kid = randomUUID();
  return {
    kid,
    key: privateKey,
    jwk: { ...privateKey.export({ format: "jwk" }), kid, use: "sig", alg: "RS256" },
  };
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const decode = (part: string | undefined) =>
  JSON.parse(Buffer.from(part ?? "", "base64url").toString("utf8")) as Record<string, unknown>;

/** A compact JWS: RS256 with a private key, HS256 with a text, and no signature for `alg: none`. */
export async function signToken(header: Header, claims: Claims, key: KeyObject | string): Promise<string> {
  const data = `${encode(header)}.${encode(claims)}`;
  if (header.alg === "none") return `${data}.`;
  if (typeof key !== "string")
    return `${data}.${createSign("RSA-SHA256").update(data).sign(key, "base64url")}`;
  const { createHmac } = await import("node:crypto");
  return `${data}.${createHmac("sha256", key).update(data).digest("base64url")}`;
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

/**
 * A real, certified OpenID Connect provider on loopback, in which whoever asks is signed in at once as `login_hint` or
 * as "ana" (or signs in on its own page, with `hasForms`); in front of it a listener that can tamper with what it answers.
 */
export async function startOpenidProvider(
  redirectUris: readonly string[],
  options: { hasForms?: boolean } = {},
): Promise<TestProvider> {
  let signing = makeSigningKey();
  const front = createServer((asking, answering) => void pass(asking, answering));
  const issuer = await listen(front);
  const back = createServer((asking, answering) => void handler(asking, answering));
  const inner = await listen(back);
  const state = { tampering: {} as Tampering, asked: [] as string[], extraClaims: {} as Claims };
  const client = { clientId: "milepost", clientSecret: randomUUID() };
  let provider = makeProvider();
  let handler = handlerOf(provider);

  function handlerOf(of: Provider) {
    return options.hasForms ? of.callback() : interactive(of);
  }

  function makeProvider(): Provider {
    return new Provider(issuer, {
      clients: [
        { client_id: client.clientId, client_secret: client.clientSecret, redirect_uris: [...redirectUris] },
      ],
      jwks: { keys: [signing.jwk as never] },
      scopes: ["openid", "profile", "email", "groups"],
      claims: {
        openid: ["sub"],
        profile: ["name", "preferred_username"],
        email: ["email"],
        groups: ["groups"],
      },
      conformIdTokenClaims: false,
      features: {
        devInteractions: { enabled: options.hasForms ?? false },
        rpInitiatedLogout: { enabled: true },
      },
      ...(options.hasForms
        ? {}
        : { interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` } }),
      cookies: { keys: ["for tests only"] },
      findAccount: (_, id) => ({
        accountId: id,
        claims: () => ({
          sub: id,
          name: `Person ${id}`,
          preferred_username: id,
          email: `${id}@example.com`,
          ...state.extraClaims,
        }),
      }),
    });
  }

  async function pass(asking: IncomingMessage, answering: ServerResponse): Promise<void> {
    const path = new URL(asking.url ?? "/", issuer).pathname;
    state.asked.push(path);
    if (state.tampering.delayMs) await new Promise((resolve) => setTimeout(resolve, state.tampering.delayMs));
    const forged = state.tampering.answer?.(path);
    if (forged) {
      const headers = { "content-type": forged.type ?? "application/json" };
      return void answering.writeHead(forged.status ?? 200, headers).end(forged.body);
    }
    const url = new URL(asking.url ?? "/", inner);
    const passed = request(url, { method: asking.method, headers: asking.headers }, (given) => {
      void tamper(path, given, answering);
    });
    passed.on("error", () => answering.destroy());
    asking.pipe(passed);
  }

  async function tamper(path: string, given: IncomingMessage, answering: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of given) parts.push(part as Buffer);
    let body = Buffer.concat(parts).toString("utf8");
    const { tampering } = state;
    if (path === "/token" && tampering.token && body.includes("id_token")) {
      const tokens = JSON.parse(body) as Record<string, unknown>;
      const [header, claims] = String(tokens.id_token).split(".");
      const changed = tampering.token(decode(header), decode(claims));
      tokens.id_token = await signToken(changed.header, changed.claims, changed.key ?? signing.key);
      body = JSON.stringify(tokens);
    }
    const { "content-length": _, "transfer-encoding": __, ...headers } = given.headers;
    answering.writeHead(given.statusCode ?? 502, headers).end(body);
  }

  const rotate = () => {
    signing = makeSigningKey();
    provider = makeProvider();
    handler = handlerOf(provider);
  };
  const stop = async () => {
    await close(front);
    await close(back);
  };
  return Object.assign(state, { issuer, ...client, rotate, stop, key: () => signing });
}

/** Finishes every prompt at once: signs in as `login_hint`, and consents to everything. */
function interactive(
  provider: Provider,
): (asking: IncomingMessage, answering: ServerResponse) => Promise<void> {
  const callback = provider.callback();
  return async (asking, answering) => {
    if (!asking.url?.startsWith("/interaction/")) return void callback(asking, answering);
    const { params, session, prompt } = await provider.interactionDetails(asking, answering);
    const accountId = session?.accountId ?? String(params.login_hint ?? "ana");
    if (prompt.name === "login")
      return provider.interactionFinished(asking, answering, {
        login: { accountId: String(params.login_hint ?? "ana") },
      });
    const grant = new provider.Grant({ accountId, clientId: String(params.client_id) });
    grant.addOIDCScope(String(params.scope));
    return provider.interactionFinished(asking, answering, { consent: { grantId: await grant.save() } });
  };
}
