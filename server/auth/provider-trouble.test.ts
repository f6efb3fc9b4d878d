import { and, eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { connections } from "#db/schema/core.ts";
import { systemActor } from "#server/core/actor.ts";
import { setProviderState } from "#server/identity/providers/remove-provider.ts";
import { as } from "#server/testing/database.ts";
import { makeVisitor } from "#server/testing/sign-in-journey.ts";
import { refusedWith, serveSignIn } from "#server/testing/sign-in-portal.ts";

const portal = serveSignIn();

describe("a provider's keys", () => {
  test("may change between two sign-ins", async () => {
    expect(await portal.signIn(makeVisitor())).toBe("/catalog");
    portal.ours.rotate();
    portal.skew = 11_000;
    expect(await portal.signIn(makeVisitor())).toBe("/catalog");
  });

  test("are not asked for again within the cooldown because of a key id that nobody knows", async () => {
    expect(await portal.signIn(makeVisitor())).toBe("/catalog");
    portal.ours.asked.length = 0;
    portal.ours.tampering = {
      token: (header, claims) => ({ header: { ...header, kid: "unknown" }, claims }),
    };
    for (let time = 0; time < 3; time += 1)
      expect(await portal.signIn(makeVisitor())).toContain(refusedWith("token-refused"));
    expect(portal.ours.asked.filter((path) => path === "/jwks")).toEqual([]);
    portal.skew = 20_000;
    expect(await portal.signIn(makeVisitor())).toContain(refusedWith("token-refused"));
    expect(portal.ours.asked.filter((path) => path === "/jwks")).toHaveLength(1);
  });

  test.each([
    ["are down", { status: 503, body: "" }],
    ["are a page", { type: "text/html", body: "<html>maintenance</html>" }],
  ])("that %s go on to count for a day, and no longer", async (_, answer) => {
    expect(await portal.signIn(makeVisitor())).toBe("/catalog");
    portal.ours.tampering = { answer: (path) => (path === "/jwks" ? answer : null) };
    const begunAt = Date.now();
    portal.skew = 23 * 3_600_000;
    portal.ours.tampering.token = (header, claims) => ({ header, claims: shifted(claims, portal.skew) });
    expect(await portal.signIn(makeVisitor())).toBe("/catalog");
    portal.skew = 24 * 3_600_000 + (Date.now() - begunAt) + 1_000;
    expect(await portal.signIn(makeVisitor())).toMatch(/failure=provider-(answer|unreachable)/);
  });
});

/** The same proof as if the provider's clock went with the portal's. */
const shifted = (claims: Record<string, unknown>, milliseconds: number) => {
  const seconds = Math.round(milliseconds / 1_000);
  return { ...claims, iat: Number(claims.iat) + seconds, exp: Number(claims.exp) + seconds };
};

describe("a provider that answers badly ends in a sentence:", () => {
  test.each([
    ["/.well-known/openid-configuration", { type: "text/html", body: "<html></html>" }, "provider-answer"],
    ["/.well-known/openid-configuration", { body: "{" }, "provider-answer"],
    ["/.well-known/openid-configuration", { status: 500, body: "{}" }, "provider-answer"],
    ["/.well-known/openid-configuration", { body: '{"issuer":"https://evil.example"}' }, "provider-answer"],
    ["/token", { type: "text/html", body: "<html></html>" }, "provider-answer"],
    ["/token", { status: 500, body: "oops" }, "provider-answer"],
    ["/token", { status: 401, body: '{"error":"invalid_client"}' }, "provider-settings"],
  ])("%s: %j", async (path, answer, failure) => {
    portal.ours.tampering = { answer: (asked) => (asked === path ? answer : null) };
    const visitor = makeVisitor();
    const begun = await visitor.get(portal.beginAt("ours"));
    const location = begun.headers.get("location") ?? "";
    const end = location.startsWith("/") ? location : await portal.signIn(visitor);
    expect(end).toContain(refusedWith(failure));
  });

  test("one that does not answer in time", async () => {
    portal.ours.tampering = { delayMs: 11_000 };
    const begun = await makeVisitor().get(portal.beginAt("ours"));
    expect(begun.headers.get("location")).toContain(refusedWith("provider-unreachable"));
    expect((await portal.lastRefusal()).detail).toMatch(/did not answer/);
  });

  test("one that is switched off while somebody is there", async () => {
    const visitor = makeVisitor();
    const callback = await portal.toCallback(visitor, "theirs");
    const [row] = await portal.db
      .select({ id: connections.id })
      .from(connections)
      .where(and(eq(connections.kind, "sign-in"), eq(connections.name, "Provider theirs")));
    const admin = as(portal.db, systemActor("Setup"));
    await setProviderState(admin, { id: row!.id, isOn: false });
    expect((await visitor.get(callback)).headers.get("location")).toContain(
      refusedWith("no-such-provider", "theirs"),
    );
    await setProviderState(admin, { id: row!.id, isOn: true });
  });
});
