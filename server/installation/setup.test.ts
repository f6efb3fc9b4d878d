import { eq, like, sql } from "drizzle-orm";
import { describe, expect } from "vitest";
import { connections, events, installation } from "#db/schema/core.ts";
import { users } from "#db/schema/identity.ts";
import type { Db } from "#db/types.ts";
import { isSetupSession, readSetupCookie, writeSetupCookie } from "#server/auth/setup-session.ts";
import { systemActor } from "#server/core/actor.ts";
import { as, test } from "#server/testing/database.ts";
import { makeUser, person, tokenActor } from "#server/testing/people.ts";
import { answerStep } from "./answer-step.ts";
import { createSetupToken, ensureSetupToken } from "./create-setup-token.ts";
import { finishSetup } from "./finish-setup.ts";
import { openSetup } from "./open-setup.ts";
import { readState } from "./read.ts";
import { readSetup } from "./read-setup.ts";
import { setTimeZone } from "./set-time-zone.ts";

const noon = new Date("2026-11-18T12:00:00Z");
const later = (hours: number) => new Date(noon.getTime() + hours * 3_600_000);
const start = (db: Db, at = noon) => as(db, systemActor("Start"), at);

/** A production installation before its setup. Tests of this file come one after the other. */
async function clean(db: Db): Promise<void> {
  await db.delete(installation);
  await db.delete(connections);
  await db.delete(users);
  await db.insert(installation).values({ mode: "production" });
}
const fresh = async (db: Db) => {
  await clean(db);
  return (await createSetupToken(start(db))).token;
};
const columnsWith = (db: Db, text: string) =>
  db.execute<{ found: boolean }>(sql`
    select (i::text || coalesce((select string_agg(e::text, '') from events e), '')) like ${`%${text}%`} as found
    from installation i`);

describe("the setup token", () => {
  test("is kept as a hash only, and opens the setup once", async ({ db }) => {
    const token = await fresh(db);
    expect((await columnsWith(db, token))[0]?.found).toBe(false);
    const { setupSession, expiresAt } = await openSetup(as(db, { kind: "anonymous" }, noon), { token });
    expect(expiresAt).toEqual(later(24));
    expect((await columnsWith(db, setupSession))[0]?.found).toBe(false);
    await expect(openSetup(start(db), { token })).rejects.toThrow(/used already.*npx milepost setup-token/);
  });

  test("is spent by five wrong tries, counted one by one however they come", async ({ db }) => {
    const token = await fresh(db);
    const wrong = await Promise.allSettled(
      Array.from({ length: 8 }, () => openSetup(start(db), { token: "wrong" })),
    );
    const told = wrong.map((it) => (it.status === "rejected" ? String(it.reason.message) : "opened"));
    expect(told.filter((words) => words.startsWith("This is not the setup token;"))).toHaveLength(4);
    expect(told.filter((words) => words.includes("it was the last try"))).toHaveLength(1);
    expect(told.filter((words) => words.includes("spent by 5 wrong tries"))).toHaveLength(3);
    await expect(openSetup(start(db), { token })).rejects.toThrow(/spent.*npx milepost setup-token/);
    const refused = await db.select().from(events).where(eq(events.type, "setup-token.refused"));
    expect(refused.map(({ payload }) => (payload as { triesLeft: number }).triesLeft).sort()).toEqual([
      0, 1, 2, 3, 4,
    ]);
    const another = await createSetupToken(start(db));
    await expect(openSetup(start(db), { token })).rejects.toThrow(/4 tries are left/);
    expect(await openSetup(start(db), { token: another.token })).toMatchObject({ expiresAt: later(24) });
  });

  test("ends after a day, to the minute", async ({ db }) => {
    const token = await fresh(db);
    await expect(openSetup(start(db, later(24)), { token })).rejects.toThrow(/older than a day/);
    expect(await openSetup(start(db, later(23.99)), { token })).toBeTruthy();
  });

  test("does not exist when it could not be put down anywhere", async ({ db }) => {
    await clean(db);
    await expect(
      createSetupToken(start(db), () => Promise.reject(new Error("The disk is full"))),
    ).rejects.toThrow("The disk is full");
    const [row] = await db.select().from(installation);
    expect(row?.setupTokenHash).toBeNull();
  });

  test("is made at a start that has none, and left alone by the next ones", async ({ db }) => {
    await clean(db);
    const kept: string[] = [];
    const keep = ({ token }: { token: string }) => void kept.push(token);
    const [one, two] = await Promise.all([
      ensureSetupToken(start(db), keep),
      ensureSetupToken(start(db), keep),
    ]);
    expect([one, two].filter(Boolean)).toHaveLength(1);
    const { setupSession } = await openSetup(start(db, later(1)), { token: kept[0]! });
    expect(await ensureSetupToken(start(db, later(2)), keep)).toBeNull();
    // The browser's day is over and the setup is not: the next start makes another.
    expect(await ensureSetupToken(start(db, later(26)), keep)).not.toBeNull();
    expect(await isSetupSession(db, setupSession, later(26))).toBe(false);
  });

  test("spent by wrong tries stays so over a start", async ({ db }) => {
    await fresh(db);
    for (let tries = 0; tries < 5; tries += 1)
      await expect(openSetup(start(db), { token: "wrong" })).rejects.toThrow();
    expect(await ensureSetupToken(start(db, later(1)), () => {})).toBeNull();
  });

  test("is for the machine's own programs, for production, and until the setup is finished", async ({
    db,
  }) => {
    await clean(db);
    for (const actor of [person("admin"), tokenActor("admin", ["write"]), { kind: "anonymous" } as const])
      await expect(createSetupToken(as(db, actor))).rejects.toThrow(/npx milepost setup-token/);
    await db.update(installation).set({ mode: "evaluation" });
    await expect(createSetupToken(start(db))).rejects.toThrow(/An evaluation needs no setup/);
    await expect(openSetup(start(db), { token: "any" })).rejects.toThrow(/no setup to open/);
    await db.update(installation).set({ mode: "production", setupFinishedAt: noon });
    await expect(createSetupToken(start(db))).rejects.toThrow(/sign-in-link/);
    expect(await ensureSetupToken(start(db), () => {})).toBeNull();
  });
});

describe("the setup's browser", () => {
  test("is the one that showed the last token, for a day", async ({ db }) => {
    const first = await openSetup(start(db), { token: await fresh(db) });
    expect(await isSetupSession(db, first.setupSession, later(23))).toBe(true);
    expect(await isSetupSession(db, first.setupSession, later(24))).toBe(false);
    expect(await isSetupSession(db, `${first.setupSession.slice(0, -1)}_`, noon)).toBe(false);
    expect(await isSetupSession(db, null, noon)).toBe(false);
    const { token } = await createSetupToken(start(db));
    expect(await isSetupSession(db, first.setupSession, noon)).toBe(false);
    const second = await openSetup(start(db), { token });
    expect(await isSetupSession(db, first.setupSession, noon)).toBe(false);
    expect(await isSetupSession(db, second.setupSession, noon)).toBe(true);
  });

  test("is known by a cookie that no script reads", () => {
    const session = "s".repeat(43);
    const header = writeSetupCookie(session);
    expect(header).toMatch(/^milepost_setup=s{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=86400$/);
    expect(readSetupCookie(`a=b; ${header.split(";")[0]}`)).toBe(session);
    expect(readSetupCookie("milepost_setup=short")).toBeNull();
    expect(writeSetupCookie(null)).toContain("Max-Age=0");
  });
});

describe("the steps", () => {
  test("are told by what is there, in order, and finishing asks for sign-in and an admin", async ({ db }) => {
    await clean(db);
    const ctx = start(db);
    const next = async () => (await readSetup(ctx)).next;
    expect(await next()).toBe("provider");
    await expect(finishSetup(ctx)).rejects.toThrow(/connect a sign-in provider/);
    await db.insert(connections).values({ kind: "sign-in", name: "Company", disabledAt: noon });
    expect(await next()).toBe("provider");
    await db.update(connections).set({ disabledAt: null });
    expect(await next()).toBe("admin");
    await expect(finishSetup(ctx)).rejects.toThrow(/sign in as its first admin/);
    await makeUser(db, "platform");
    expect(await next()).toBe("admin");
    const admin = await makeUser(db, "admin");
    expect(await next()).toBe("github");
    await answerStep(ctx, { step: "github" });
    await answerStep(ctx, { step: "github" });
    expect(await next()).toBe("time-zone");
    await answerStep(ctx, { step: "secrets" });
    expect(await next()).toBe("time-zone");
    await answerStep(ctx, { step: "time-zone" });
    expect(await next()).toBe("finish");
    expect(await readState(ctx)).toEqual({ mode: "production", isSetupFinished: false });
    const { setupSession } = await openSetup(ctx, { token: (await createSetupToken(ctx)).token });
    await finishSetup(ctx);
    await finishSetup(ctx);
    expect(await readState(ctx)).toEqual({ mode: "production", isSetupFinished: true });
    expect(await isSetupSession(db, setupSession, noon)).toBe(false);
    const finished = await db.select().from(events).where(like(events.type, "setup.finished"));
    expect(finished.map(({ payload }) => payload)).toEqual([{ admins: [admin.name] }]);
    const answered = await db.select().from(events).where(eq(events.type, "setup.answered"));
    expect(answered).toHaveLength(3);
  });

  test("a disabled admin counts as none", async ({ db }) => {
    await clean(db);
    await db.insert(connections).values({ kind: "sign-in", name: "Company" });
    await makeUser(db, "admin");
    await db.update(users).set({ disabledAt: noon });
    await expect(finishSetup(start(db))).rejects.toThrow(/first admin/);
  });

  test("are for the setup alone, whatever role asks", async ({ db }) => {
    await clean(db);
    for (const actor of [person("admin"), tokenActor("admin", ["write"])]) {
      const ctx = as(db, actor);
      await expect(readSetup(ctx)).rejects.toThrow(/setup token/);
      await expect(finishSetup(ctx)).rejects.toThrow(/setup token/);
      await expect(answerStep(ctx, { step: "github" })).rejects.toThrow(/setup token/);
    }
  });
});

describe("the time zone", () => {
  test("is one that the runtime knows, and a change of it stands in the audit log", async ({ db }) => {
    await clean(db);
    const ctx = as(db, person("admin"), noon);
    for (const timeZone of ["Europe/Atlantis", "+02:00", "", "UTC+2"])
      await expect(setTimeZone(ctx, { timeZone })).rejects.toMatchObject({ field: "timeZone" });
    await setTimeZone(ctx, { timeZone: "Europe/Berlin" });
    await setTimeZone(ctx, { timeZone: "Europe/Berlin" });
    const changes = await db.select().from(events).where(eq(events.type, "time-zone.changed"));
    expect(changes.map(({ payload }) => payload)).toEqual([{ from: "UTC", to: "Europe/Berlin" }]);
    await expect(setTimeZone(as(db, person("platform")), { timeZone: "UTC" })).rejects.toThrow(/Only admins/);
    await expect(setTimeZone(as(db, tokenActor("admin", ["write"])), { timeZone: "UTC" })).rejects.toThrow(
      /A token cannot/,
    );
  });
});
