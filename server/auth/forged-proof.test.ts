import { createPublicKey } from "node:crypto";
import { describe, expect, test } from "vitest";
import { makeSigningKey, type TestProvider } from "#server/testing/openid-provider.ts";
import { makeVisitor } from "#server/testing/sign-in-journey.ts";
import { refusedWith, serveSignIn } from "#server/testing/sign-in-portal.ts";

const portal = serveSignIn();

const now = () => Math.floor(Date.now() / 1000);

describe("a forged or faulty ID token is refused:", () => {
  const foreign = makeSigningKey();
  const cases: [string, string, NonNullable<TestProvider["tampering"]["token"]>][] = [
    [
      "of another client (audience)",
      "token-refused",
      (header, claims) => ({ header, claims: { ...claims, aud: "another" } }),
    ],
    [
      "of several clients without saying for which",
      "token-refused",
      (header, claims) => ({ header, claims: { ...claims, aud: [claims.aud, "another"] } }),
    ],
    [
      "of another issuer",
      "token-refused",
      (header, claims) => ({ header, claims: { ...claims, iss: "https://evil.example" } }),
    ],
    [
      "of another sign-in (nonce)",
      "token-refused",
      (header, claims) => ({ header, claims: { ...claims, nonce: "x" } }),
    ],
    ["without a nonce", "token-refused", (header, { nonce: _, ...claims }) => ({ header, claims })],
    ["without a subject", "token-refused", (header, { sub: _, ...claims }) => ({ header, claims })],
    ["that has expired", "clock", (header, claims) => ({ header, claims: { ...claims, exp: now() - 130 } })],
    [
      "that is not valid yet",
      "clock",
      (header, claims) => ({ header, claims: { ...claims, nbf: now() + 130 } }),
    ],
    [
      "that was issued in the future",
      "clock",
      (header, claims) => ({ header, claims: { ...claims, iat: now() + 600 } }),
    ],
    [
      "that was issued before it was asked for",
      "clock",
      (header, claims) => ({ header, claims: { ...claims, iat: now() - 600 } }),
    ],
    [
      "with someone else's key under the provider's key id",
      "token-refused",
      (header, claims) => ({ header, claims, key: foreign.key }),
    ],
    [
      "with someone else's key under its own id",
      "token-refused",
      (header, claims) => ({ header: { ...header, kid: foreign.kid }, claims, key: foreign.key }),
    ],
    [
      "without a signature (alg none)",
      "token-refused",
      (header, claims) => ({ header: { ...header, alg: "none" }, claims }),
    ],
  ];
  test.each(cases)("%s", async (_, failure, token) => {
    portal.ours.tampering = { token };
    const visitor = makeVisitor();
    expect(await portal.signIn(visitor)).toContain(refusedWith(failure));
    expect(await portal.actorOf(visitor)).toEqual({ kind: "anonymous" });
    expect(await portal.lastRefusal()).toMatchObject({
      reason: failure,
      provider: "Provider ours",
      address: "127.0.0.1",
    });
  });

  test.each(["the client's secret", "the public key as text"])("signed with %s (HS256)", async (which) => {
    const { key } = portal.ours.key();
    const pem = String(createPublicKey(key).export({ type: "spki", format: "pem" }));
    const secret = which.startsWith("the client") ? portal.ours.clientSecret : pem;
    portal.ours.tampering = {
      token: (header, claims) => ({ header: { ...header, alg: "HS256" }, claims, key: secret }),
    };
    expect(await portal.signIn(makeVisitor())).toContain(refusedWith("token-refused"));
  });

  test("also when the provider's metadata would allow it", async () => {
    const metadata = await (await fetch(`${portal.ours.issuer}/.well-known/openid-configuration`)).json();
    const lax = { ...metadata, id_token_signing_alg_values_supported: ["none", "HS256", "RS256"] };
    portal.ours.tampering = {
      answer: (path) => (path.endsWith("openid-configuration") ? { body: JSON.stringify(lax) } : null),
      token: (header, claims) => ({ header: { ...header, alg: "none" }, claims }),
    };
    expect(await portal.signIn(makeVisitor())).toContain(refusedWith("token-refused"));
    portal.ours.tampering.token = (header, claims) => ({
      header: { ...header, alg: "HS256" },
      claims,
      key: portal.ours.clientSecret,
    });
    expect(await portal.signIn(makeVisitor())).toContain(refusedWith("token-refused"));
  });
});

describe("clocks", () => {
  test.each([110, -110])("that are %i s apart are borne", async (seconds) => {
    portal.skew = seconds * 1_000;
    expect(await portal.signIn(makeVisitor())).toBe("/catalog");
  });

  test.each([600, -600])("that are %i s apart are told", async (seconds) => {
    portal.skew = seconds * 1_000;
    expect(await portal.signIn(makeVisitor())).toContain(refusedWith("clock"));
    expect((await portal.lastRefusal()).detail).toMatch(/by our clock$/);
  });
});
