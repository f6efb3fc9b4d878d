import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { connections } from "#db/schema/core.ts";
import { accounts, sessions, signInAttempts, users } from "#db/schema/identity.ts";
import { readEvents } from "#server/audit/read.ts";
import { as } from "#server/testing/database.ts";
import { makeVisitor } from "#server/testing/sign-in-journey.ts";
import { refusedWith, serveSignIn } from "#server/testing/sign-in-portal.ts";
import { sessionCookieName } from "./cookie.ts";
import { resolveActor } from "./resolve-actor.ts";

const portal = serveSignIn();

describe("a sign-in at a real provider", () => {
  test("gives an account by issuer and subject, a session by its hash, and leads to where it was begun", async () => {
    const visitor = makeVisitor();
    expect(await portal.signIn(visitor, "ours", "ana")).toBe("/catalog");
    expect(await portal.actorOf(visitor)).toMatchObject({ kind: "user", name: "Person ana" });
    const [account] = await portal.db.select().from(accounts).where(eq(accounts.subject, "ana"));
    expect(account).toMatchObject({ issuer: portal.ours.issuer, login: "ana", email: "ana@example.com" });
    const token = visitor.cookies.get(portal.address)?.get(sessionCookieName());
    expect(JSON.stringify(await portal.db.select().from(sessions))).not.toContain(token);
    expect(await portal.db.select().from(signInAttempts)).toEqual([]);
  });

  test("finds the same person again, and nobody by e-mail", async () => {
    const [first, again, stranger] = [makeVisitor(), makeVisitor(), makeVisitor()];
    await portal.signIn(first, "ours", "ben");
    await portal.signIn(again, "ours", "ben");
    await portal.signIn(stranger, "theirs", "ben");
    const [one, same, other] = [
      await portal.actorOf(first),
      await portal.actorOf(again),
      await portal.actorOf(stranger),
    ];
    expect(one.kind === "user" && same.kind === "user" && same.id === one.id).toBe(true);
    expect(one.kind === "user" && other.kind === "user" && other.id !== one.id).toBe(true);
  });

  test("is told in the audit log as what caused the role, with the rule that gives it", async () => {
    await portal.signIn(makeVisitor(), "ours", "hal");
    const [account] = await portal.db.select().from(accounts).where(eq(accounts.subject, "hal"));
    const { rows } = await readEvents(as(portal.db), { subject: account!.userId });
    expect(rows.map(({ type, actorName }) => [type, actorName]).reverse()).toEqual([
      ["person.created", "Person hal"],
      ["person.role-changed", "Person hal (sign-in at Provider ours)"],
      ["session.started", "Person hal"],
    ]);
    expect(rows[1]?.payload).toMatchObject({
      from: "guest",
      to: "developer",
      rule: "what everybody has whom no group gives a role",
    });
  });

  test("ends the session that the browser had", async () => {
    const visitor = makeVisitor();
    await portal.signIn(visitor, "ours", "cleo");
    const former = visitor.cookie(portal.address);
    await portal.signIn(visitor, "theirs", "dan");
    expect(await resolveActor(portal.db, { cookie: former, authorization: null }, new Date())).toEqual({
      kind: "anonymous",
    });
    expect(await portal.actorOf(visitor)).toMatchObject({ name: "Person dan" });
  });

  test("reads the groups, and keeps what is no token", async () => {
    portal.ours.extraClaims = { groups: ["payments", "payments", "staff"], employee: "E-17" };
    await portal.signIn(makeVisitor(), "ours", "eva");
    portal.ours.extraClaims = {};
    const [account] = await portal.db.select().from(accounts).where(eq(accounts.subject, "eva"));
    expect(account?.groupNames).toEqual(["payments", "staff"]);
    expect(Object.keys(account?.claims as object).sort()).toEqual([
      "email",
      "name",
      "preferred_username",
      "sub",
    ]);
  });

  test("is refused for a disabled person, with a sentence", async () => {
    await portal.signIn(makeVisitor(), "ours", "fay");
    const [account] = await portal.db.select().from(accounts).where(eq(accounts.subject, "fay"));
    await portal.db.update(users).set({ disabledAt: new Date() }).where(eq(users.id, account!.userId));
    const visitor = makeVisitor();
    expect(await portal.signIn(visitor, "ours", "fay")).toContain(refusedWith("disabled"));
    expect(await portal.actorOf(visitor)).toEqual({ kind: "anonymous" });
  });

  test("lets in only people with an account where the settings say so", async () => {
    const [row] = await portal.db.select().from(connections).where(eq(connections.name, "Provider ours"));
    const settings = row!.settings as object;
    await portal.db
      .update(connections)
      .set({ settings: { ...settings, admits: "known" } })
      .where(eq(connections.id, row!.id));
    expect(await portal.signIn(makeVisitor(), "ours", "gus")).toContain(refusedWith("unknown-person"));
    expect(await portal.signIn(makeVisitor(), "ours", "ana")).toBe("/catalog");
    await portal.db.update(connections).set({ settings }).where(eq(connections.id, row!.id));
  });
});

describe("the address to return to", () => {
  test.each([
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
    "/%0d%0aset-cookie:x",
  ])("%s never leads away", async (returnTo) => {
    const visitor = makeVisitor();
    const begun = await visitor.get(portal.beginAt("ours", returnTo));
    const back = await visitor.follow(
      begun.headers.get("location") ?? "",
      `${portal.address}/api/auth/callback/`,
    );
    const { headers } = await visitor.get(back.url);
    expect(new URL(headers.get("location") ?? "", portal.address).origin).toBe(portal.address);
    expect(headers.get("set-cookie")).toContain(sessionCookieName());
  });
});

describe("an answer counts once, in the browser that began it, at the provider it was sent to:", () => {
  test("a state and code that were used are refused", async () => {
    const visitor = makeVisitor();
    const callback = await portal.toCallback(visitor);
    expect((await visitor.get(callback)).headers.get("location")).toBe("/catalog");
    expect((await visitor.get(callback)).headers.get("location")).toContain(refusedWith("expired"));
  });

  test("a used code under a fresh state is refused by the provider", async () => {
    const visitor = makeVisitor();
    const first = new URL(await portal.toCallback(visitor));
    await visitor.get(first.href);
    const second = new URL(await portal.toCallback(visitor));
    second.searchParams.set("code", first.searchParams.get("code")!);
    expect((await visitor.get(second.href)).headers.get("location")).toContain(refusedWith("token-refused"));
    expect(await portal.lastRefusal()).toMatchObject({
      reason: "token-refused",
      detail: expect.stringContaining("invalid_grant"),
    });
  });

  test("another browser's callback signs nobody in (login CSRF), and does not use it up", async () => {
    const [attacker, victim] = [makeVisitor(), makeVisitor()];
    const callback = await portal.toCallback(attacker);
    await victim.get(portal.beginAt("ours"));
    for (const url of [callback, callback.replace("callback/ours", "callback/theirs")])
      expect((await victim.get(url)).headers.get("location")).toContain("failure=expired");
    expect(await portal.actorOf(victim)).toEqual({ kind: "anonymous" });
    expect((await attacker.get(callback)).headers.get("location")).toBe("/catalog");
  });

  test("an answer that is delivered at another provider's callback is refused (mix-up)", async () => {
    const visitor = makeVisitor();
    const callback = await portal.toCallback(visitor);
    const mixed = callback.replace("callback/ours", "callback/theirs");
    portal.theirs.asked.length = 0;
    expect((await visitor.get(mixed)).headers.get("location")).toContain(refusedWith("expired", "theirs"));
    expect(portal.theirs.asked).not.toContain("/token");
  });

  test("an `iss` of another provider is refused before the code goes anywhere (RFC 9207)", async () => {
    const visitor = makeVisitor();
    const callback = new URL(await portal.toCallback(visitor));
    callback.searchParams.set("iss", portal.theirs.issuer);
    portal.ours.asked.length = 0;
    expect((await visitor.get(callback.href)).headers.get("location")).toContain(
      refusedWith("token-refused"),
    );
    expect(portal.ours.asked).not.toContain("/token");
  });

  test("a state that stands there twice, is empty or absent is refused", async () => {
    const visitor = makeVisitor();
    const callback = new URL(await portal.toCallback(visitor));
    const state = callback.searchParams.get("state")!;
    const changes: ((url: URL) => void)[] = [
      (url) => url.searchParams.append("state", state),
      (url) => url.searchParams.set("state", ""),
      (url) => url.searchParams.delete("state"),
    ];
    for (const change of changes) {
      const url = new URL(callback);
      change(url);
      expect((await visitor.get(url.href)).headers.get("location")).toContain(refusedWith("expired"));
    }
  });

  test("after ten minutes it is too late", async () => {
    const visitor = makeVisitor();
    const callback = await portal.toCallback(visitor);
    portal.skew = 10 * 60_000 + 1_000;
    expect((await visitor.get(callback)).headers.get("location")).toContain(refusedWith("expired"));
  });

  test("a code without its verifier is worth nothing (PKCE)", async () => {
    const visitor = makeVisitor();
    const callback = new URL(await portal.toCallback(visitor));
    const stolen = await fetch(`${portal.ours.issuer}/token`, {
      method: "POST",
      headers: {
        authorization: `Basic ${Buffer.from(`${portal.ours.clientId}:${portal.ours.clientSecret}`).toString("base64")}`,
        "content-type": "application/x-www-form-urlencoded",
      },
      body: new URLSearchParams({
        grant_type: "authorization_code",
        code: callback.searchParams.get("code")!,
        redirect_uri: `${portal.address}/api/auth/callback/ours`,
      }),
    });
    expect([stolen.status, ((await stolen.json()) as { error: string }).error]).toEqual([
      400,
      "invalid_grant",
    ]);
  });

  test("whoever ends it at the provider is told so", async () => {
    const visitor = makeVisitor();
    const callback = new URL(await portal.toCallback(visitor));
    callback.searchParams.delete("code");
    callback.searchParams.set("error", "access_denied");
    callback.searchParams.set("error_description", "<script>alert(1)</script>");
    const location = (await visitor.get(callback.href)).headers.get("location");
    expect(location).toContain(refusedWith("cancelled"));
    expect(location).not.toContain("script");
  });
});
