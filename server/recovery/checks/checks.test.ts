import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, describe, expect, test } from "vitest";
import {
  auditChecks,
  backups,
  connectionSecrets,
  connections,
  installation,
  processes,
} from "#db/schema/core.ts";
import type { Ctx } from "#server/core/context.ts";
import { type Env, readEnv } from "#server/core/env.ts";
import { addWebhookSecret, ensureConnection } from "#server/github/ensure-webhook-secret.ts";
import { as, copyDatabase } from "#server/testing/database.ts";
import { testKeyring } from "#server/testing/keyring.ts";
import type { Check } from "./check.ts";
import { checkClock, checkConnectionsLeft, checkSchema, checkServer, readServerFacts } from "./database.ts";
import { checkKeys } from "./keys.ts";
import { checkDataFolder, checkDisk } from "./machine.ts";
import { checkAudit, checkBackups, checkConnections, checkWorker } from "./portal.ts";
import { checkDatabase } from "./run-checks.ts";
import { checkMode, checkSettings } from "./settings.ts";

const root = mkdtempSync(join(tmpdir(), "milepost-doctor-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const dataDir = join(root, "data");
mkdirSync(dataDir, { mode: 0o700 });

const testKey = "test:a key for tests that nobody keeps anything behind";
const env = (more: Record<string, string> = {}): Env =>
  readEnv({ NODE_ENV: "test", MILEPOST_DATA_DIR: dataDir, MILEPOST_SECRET_KEY: testKey, ...more });

/** A healthy installation in a database of its own. */
async function healthy(work: (ctx: Ctx) => Promise<void>): Promise<void> {
  const copy = await copyDatabase();
  try {
    const ctx = as(copy.pool.db);
    const longAgo = new Date(Date.now() - 30 * 86_400_000);
    await ctx.db
      .insert(installation)
      .values({ mode: "production", createdAt: longAgo, setupFinishedAt: longAgo });
    await addWebhookSecret(ctx, testKeyring, await ensureConnection(ctx, { name: "GitHub" }), "a secret");
    await ctx.db.insert(connections).values({ kind: "sign-in", name: "Company" });
    await ctx.db.insert(processes).values({ name: "worker", kind: "worker", pid: "1", seenAt: new Date() });
    await ctx.db.insert(backups).values({ path: "/x", reason: "schedule", state: "done" });
    await work(ctx);
  } finally {
    await copy.drop();
  }
}

const production = { MILEPOST_URL: "https://portal.example.com" };

function expectBad(check: Check, name: string, message: RegExp): void {
  expect(check).toMatchObject({ name, ok: false, message: expect.stringMatching(message) });
  expect(check.fix, "it says what to do").toMatch(/\w+/);
}

test("a healthy installation has nothing to mend", async () => {
  await healthy(async (ctx) => {
    const checks = [
      checkSettings({ NODE_ENV: "test" }).check,
      checkDataFolder(env()),
      ...(await checkDatabase(ctx, env(production), true)),
    ];
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(checks.every(({ fix }) => fix === null)).toBe(true);
    expect(checks.map(({ name }) => name)).toEqual([
      "configuration",
      "data folder",
      "database",
      "database connections",
      "clock",
      "migrations",
      "public address",
      "secret key",
      "connections",
      "worker",
      "backups",
      "audit log",
    ]);
  });
});

describe("each check can be red:", () => {
  test("configuration, and no value is repeated", () => {
    const { check, env: read } = checkSettings({ NODE_ENV: "test", PORT: "hunter2" });
    expectBad(check, "configuration", /^PORT: (?!.*hunter2)/);
    expect(read).toBeNull();
  });

  test("data folder: absent, open to others, an open key", () => {
    expectBad(checkDataFolder({ dataDir: join(root, "absent") }), "data folder", /is not there/);
    const open = join(root, "open");
    mkdirSync(open);
    chmodSync(open, 0o777);
    expectBad(checkDataFolder({ dataDir: open }), "data folder", /Others may write/);
    chmodSync(open, 0o700);
    writeFileSync(join(open, "secret-key"), "x", { mode: 0o644 });
    expectBad(checkDataFolder({ dataDir: open }), "data folder", /Others may read the secret key/);
  });

  test("disk space", async () => {
    expect(await checkDisk(env(), 1)).toMatchObject({ ok: true });
    expectBad(await checkDisk(env(), Number.MAX_SAFE_INTEGER), "disk space", /free at/);
  });

  test("database: version, encoding, extensions; connections; clock", async () => {
    await healthy(async ({ db }) => {
      const facts = await readServerFacts(db);
      expectBad(checkServer({ ...facts, version: 14, versionText: "14.2" }), "database", /14\.2 is too old/);
      expectBad(checkServer({ ...facts, encoding: "LATIN1" }), "database", /LATIN1/);
      expectBad(
        checkServer({ ...facts, extensions: ["plpgsql"] }),
        "database",
        /pg_trgm and unaccent is missing/,
      );
      expectBad(checkConnectionsLeft({ ...facts, used: facts.most - 3 }), "database connections", /^3 of/);
      for (const clockAheadSeconds of [600, -600])
        expectBad(checkClock({ ...facts, clockAheadSeconds }), "clock", /600 s (ahead of|behind)/);
    });
  });

  test("migrations: missing ones, and a newer schema", async () => {
    await healthy(async ({ db }) => {
      const gone = await db.execute(sql`delete from drizzle.__drizzle_migrations where id > 1 returning id`);
      expectBad(await checkSchema(db), "migrations", new RegExp(`${gone.length} migrations have not run`));
      await db.execute(
        sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('x', 4070908800000)`,
      );
      expectBad(await checkSchema(db), "migrations", /newer release .*2099-01-01/);
    });
  });

  test("public address", async () => {
    await healthy(async (ctx) => {
      expectBad(await checkMode(ctx, env()), "public address", /needs MILEPOST_URL/);
      const plain = env({ MILEPOST_URL: "http://portal.example.com" });
      expectBad(await checkMode(ctx, plain), "public address", /plain http/);
    });
  });

  test("secret key: another one, a weak one, none", async () => {
    await healthy(async (ctx) => {
      const other = env({ MILEPOST_SECRET_KEY: "other:another key than the one that sealed them" });
      expectBad(await checkKeys(ctx, other), "secret key", /sealed with the key "test"/);
      const none = { dataDir: join(root, "absent"), MILEPOST_SECRET_KEY: undefined };
      expectBad(await checkKeys(ctx, none), "secret key", /there is no key at all/);
      expectBad(await checkKeys(ctx, { ...none, MILEPOST_SECRET_KEY: "short" }), "secret key", /too short/);
    });
  });

  test("connections: a missing webhook secret, nobody can sign in", async () => {
    await healthy(async (ctx) => {
      await ctx.db.update(connections).set({ disabledAt: new Date() }).where(sql`kind = 'sign-in'`);
      expectBad(await checkConnections(ctx), "connections", /nobody can sign in/);
      await ctx.db.update(connectionSecrets).set({ retiredAt: new Date() });
      expectBad(await checkConnections(ctx), "connections", /"GitHub" has no webhook secret/);
    });
  });

  test("worker: gone silent, unless the portal is stopped", async () => {
    await healthy(async (ctx) => {
      await ctx.db.update(processes).set({ seenAt: new Date(Date.now() - 120_000) });
      expectBad(await checkWorker(ctx, true), "worker", /No worker/);
      expect(await checkWorker(ctx, false)).toMatchObject({ ok: true });
    });
  });

  test("backups: none, an old one, one that failed", async () => {
    await healthy(async (ctx) => {
      await ctx.db.update(backups).set({ startedAt: new Date(Date.now() - 40 * 3_600_000) });
      expectBad(await checkBackups(ctx), "backups", /last backup is 40 hours old/);
      await ctx.db.delete(backups);
      expectBad(await checkBackups(ctx), "backups", /no backup yet/);
      const failed = {
        path: "/x",
        reason: "schedule",
        state: "failed",
        failure: "the disk is full",
      } as const;
      await ctx.db.insert(backups).values(failed);
      expectBad(await checkBackups(ctx), "backups", /failed: the disk is full/);
    });
  });

  test("audit log: tampered with, a check that broke off", async () => {
    await healthy(async (ctx) => {
      const problem = {
        kind: "altered",
        stream: "token",
        position: 1,
        eventId: 1,
        message: "Event 1 was altered",
      };
      const result = { problems: [problem], problemCount: 1, events: 9, anchors: 0 };
      await ctx.db.insert(auditChecks).values({ checkedAt: new Date(), isIntact: false, result });
      expectBad(await checkAudit(ctx), "audit log", /1 place was .* Event 1 was altered/);
      await ctx.db.update(auditChecks).set({ isIntact: null, failure: "It took too long" });
      expectBad(await checkAudit(ctx), "audit log", /broke off: It took too long/);
    });
  });
});
