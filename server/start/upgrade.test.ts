import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asc, sql } from "drizzle-orm";
import { afterAll, describe, expect, test } from "vitest";
import { knownMigrations, readApplied } from "#db/migrations-list.ts";
import { backups, connectionSecrets } from "#db/schema/core.ts";
import type { Db } from "#db/types.ts";
import { verifyChain } from "#server/audit/verify-chain.ts";
import { open } from "#server/core/crypto.ts";
import { readEnv } from "#server/core/env.ts";
import { enqueue, prepareQueues } from "#server/core/jobs.ts";
import { readKeyring } from "#server/core/keyring.ts";
import { connectionSecretPlace } from "#server/core/sealed-columns.ts";
import { interpretInboxJob } from "#server/github/wake-inbox.ts";
import { readContentTables } from "#server/recovery/content-tables.ts";
import { restoreBackup } from "#server/recovery/restore-backup.ts";
import { hashContent, writeBackup } from "#server/recovery/write-backup.ts";
import { as, type DatabaseCopy } from "#server/testing/database.ts";
import {
  fillFirstRelease,
  firstSecret,
  migrateOnly,
  writeFirstKey,
} from "#server/testing/earlier-release.ts";
import { emptyDatabase } from "#server/testing/empty-database.ts";
import { allJobs } from "#server/worker/registry.ts";
import { prepareDatabase } from "./prepare.ts";

const root = mkdtempSync(join(tmpdir(), "milepost-upgrade-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

type Earlier = { copy: DatabaseCopy; dataDir: string; env: ReturnType<typeof readEnv> };

/** An installation as the first release left it: its schema, its rows, its key file. */
async function withEarlierRelease(work: (earlier: Earlier) => Promise<void>): Promise<void> {
  const copy = await emptyDatabase();
  const dataDir = mkdtempSync(join(root, "data-"));
  try {
    await migrateOnly(copy.pool.db, 1, root);
    await prepareQueues(copy.url, allJobs);
    await fillFirstRelease(copy.pool.db, writeFirstKey(dataDir));
    await enqueue(as(copy.pool.db), interpretInboxJob, {});
    const env = readEnv({
      NODE_ENV: "test",
      MILEPOST_DATA_DIR: dataDir,
      MILEPOST_MODE: "evaluation",
      MILEPOST_DEMO: "0",
    });
    await work({ copy, dataDir, env });
  } finally {
    await copy.drop();
  }
}

/** Tables that a start adds rows to; their older rows are compared one by one. */
const growing = ["events", "installation", "waiting-jobs", "users", "connections"];

const olderEvents = (db: Db) =>
  db.execute(sql`select id, at, type, actor_kind, actor_name, subject_type, subject_id, payload, is_demo
    from events where id <= 40 order by id`);
const olderUsers = (db: Db) =>
  db.execute(sql`select id, name, role, person_ref, tour_finished_at, has_shortcuts, created_at
    from users where name in ('Ada', 'Ben') order by name`);

describe("an upgrade from the release before", () => {
  test("keeps every row, opens its secrets, and chains its audit log", async () => {
    await withEarlierRelease(async ({ copy: { pool, url }, env }) => {
      const ctx = as(pool.db);
      const before = await hashContent(ctx);
      const columns = await columnsOf(pool.db);
      const [events, users] = [await olderEvents(pool.db), await olderUsers(pool.db)];
      expect(before.length).toBeGreaterThan(20);

      const { applied } = await prepareDatabase(env, url);

      expect(applied).toBe(knownMigrations().length - 1);
      const unchanged = (tables: typeof before) => tables.filter(({ name }) => !growing.includes(name));
      expect(unchanged(await hashContent(ctx, columns))).toEqual(unchanged(before));
      expect([await olderEvents(pool.db), await olderUsers(pool.db)]).toEqual([events, users]);
      expect(await pool.db.execute(sql`select user_agent from sessions`)).toEqual([
        { user_agent: "Firefox" },
      ]);
      expect(await pool.db.execute(sql`select name from connections where kind = 'github'`)).toEqual([
        { name: "GitHub" },
      ]);
      const [secret] = await pool.db
        .select({ id: connectionSecrets.id, sealed: connectionSecrets.sealed })
        .from(connectionSecrets);
      expect(
        open(readKeyring(env), connectionSecretPlace(secret?.id ?? ""), secret?.sealed ?? Buffer.alloc(0)),
      ).toBe(firstSecret);
      expect(await verifyChain(ctx, [])).toMatchObject({ isIntact: true });
      expect((await verifyChain(ctx, [])).events).toBeGreaterThanOrEqual(40);
    });
  });

  test("is backed up before, and that backup brings all of it back, into the old schema and on", async () => {
    await withEarlierRelease(async ({ copy: { pool, url }, dataDir, env }) => {
      const before = await hashContent(as(pool.db));
      await prepareDatabase(env, url);
      const [row] = await pool.db.select().from(backups);
      expect(row).toMatchObject({ reason: "upgrade", state: "done" });
      const fresh = await emptyDatabase();
      await prepareQueues(fresh.url, allJobs);
      const ctx = as(fresh.pool.db);
      const restored = await restoreBackup(ctx, {
        file: row?.path ?? "",
        dataDir: null,
        keyring: readKeyring(env),
        keyFile: join(dataDir, "secret-key"),
        mayReplace: false,
        withoutSecrets: false,
        isDrill: true,
      });
      expect(restored.manifest.migrations).toHaveLength(1);
      expect(await hashContent(ctx, restored.manifest.tables)).toEqual(before);
      expect(await readApplied(fresh.pool.db)).toEqual(await readApplied(pool.db));
      expect(await verifyChain(ctx, [])).toMatchObject({ isIntact: true, events: 40 });
      await fresh.drop();
    });
  });

  test("does not begin when it cannot be backed up", async () => {
    await withEarlierRelease(async ({ copy: { pool, url }, dataDir, env }) => {
      writeFileSync(join(dataDir, "backups"), "a file where the folder should be");
      await expect(prepareDatabase(env, url)).rejects.toThrow(
        /were not upgraded, because they could not be backed up/,
      );
      expect(await readApplied(pool.db)).toHaveLength(1);
    });
  });

  test("is backed up once, and not when there is nothing to migrate", async () => {
    await withEarlierRelease(async ({ copy: { pool, url }, dataDir, env }) => {
      const folder = join(dataDir, "backups");
      mkdirSync(folder);
      await prepareDatabase(env, url);
      await prepareDatabase(env, url);
      expect(readdirSync(folder)).toHaveLength(1);
      const made = await pool.db.select().from(backups).orderBy(asc(backups.startedAt));
      expect(made).toHaveLength(1);
    });
  });

  test("leaves a separate PostgreSQL to those who run it", async () => {
    await withEarlierRelease(async ({ copy: { url, pool }, dataDir, env }) => {
      await prepareDatabase({ ...env, DATABASE_URL: url }, url);
      expect(readdirSync(dataDir)).not.toContain("backups");
      expect((await readApplied(pool.db)).length).toBeGreaterThan(1);
    });
  });
});

test("a backup can be written of the release before too, on its own schema", async () => {
  await withEarlierRelease(async ({ copy: { pool } }) => {
    const file = join(root, "older.tar.gz");
    const made = await writeBackup(as(pool.db), { file, release: "0.1.0", dataDir: null });
    expect(made.rows).toBeGreaterThan(200);
  });
});

async function columnsOf(db: Db): Promise<{ name: string; columns: string[] }[]> {
  return (await readContentTables(db)).map(({ name, columns }) => ({ name, columns }));
}
