import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { describe, expect } from "vitest";
import { openPool } from "#db/client.ts";
import { backups, processes } from "#db/schema/core.ts";
import { prepareQueues } from "#server/core/jobs.ts";
import { aBackup, countOf, withEmptyDatabase } from "#server/testing/backed-up.ts";
import { as, test } from "#server/testing/database.ts";
import { emptyDatabase } from "#server/testing/empty-database.ts";
import { otherKeyring } from "#server/testing/keyring.ts";
import { allJobs } from "#server/worker/registry.ts";
import { readContentTables } from "./content-tables.ts";
import { restoreBackup } from "./restore-backup.ts";
import { hashContent } from "./write-backup.ts";

const { folder, file, plain, backedUp } = aBackup();

describe("what is there already:", () => {
  test("data are replaced only with --force, and then all of them", async ({ db }) => {
    const before = await backedUp(db);
    await withEmptyDatabase(async ({ pool }) => {
      await restoreBackup(as(pool.db), plain);
      await pool.db.execute(sql`insert into users (name, role) values ('Later', 'admin')`);
      const later = await hashContent(as(pool.db));
      await expect(restoreBackup(as(pool.db), plain)).rejects.toThrow(/holds data already.*--force/);
      expect(await hashContent(as(pool.db))).toEqual(later);
      await pool.db.insert(backups).values({ path: "/old", reason: "schedule", state: "done", sizeBytes: 5 });
      await pool.db.insert(processes).values({ name: "worker", pid: "1", seenAt: new Date(0) });
      await restoreBackup(as(pool.db), { ...plain, mayReplace: true });
      expect(await hashContent(as(pool.db))).toEqual(before);
      const kept = await pool.db.select({ path: backups.path, size: backups.sizeBytes }).from(backups);
      expect(kept, "the list of this machine's own backups stays").toEqual([{ path: "/old", size: 5 }]);
    });
  });

  test("tables of somebody else are never touched", async ({ db }) => {
    await backedUp(db);
    await withEmptyDatabase(async ({ pool }) => {
      await pool.db.execute(sql`create table invoices (id int)`);
      await expect(restoreBackup(as(pool.db), { ...plain, mayReplace: true })).rejects.toThrow(
        /"invoices".*not Milepost's/,
      );
      expect(await countOf(pool.db, "invoices")).toBe(0);
    });
  });

  test("under a portal that runs nothing is restored", async ({ db, databaseUrl }) => {
    await backedUp(db);
    const portal = openPool(databaseUrl, { max: 1, name: "milepost-web" });
    await portal.db.execute(sql`select 1`);
    await expect(restoreBackup(as(db), { ...plain, mayReplace: true })).rejects.toThrow(
      /running on this database \(web\)/,
    );
    await portal.end();
  });

  test("when the connection breaks half-way the old content is there, whole", async ({ db }) => {
    await backedUp(db);
    await withEmptyDatabase(async ({ pool, url }) => {
      await restoreBackup(as(pool.db), plain);
      await pool.db.execute(sql`insert into users (name, role) values ('Later', 'admin')`);
      const later = await hashContent(as(pool.db));
      const breaking = openPool(url, { max: 1, name: "milepost-breaking" });
      const pipe = join(folder, "pipe");
      spawnSync("mkfifo", [pipe]);
      const isHalfWay = Promise.withResolvers<void>();
      const onLine = (line: string) => line.startsWith("connections") && isHalfWay.resolve();
      const restoring = restoreBackup(as(breaking.db), { ...plain, file: pipe, mayReplace: true, onLine });
      const refused = expect(restoring).rejects.toThrow();
      const feed = await open(pipe, "w");
      const bytes = readFileSync(file);
      // All small tables come before the large one of the webhooks.
      await feed.write(bytes.subarray(0, bytes.byteLength >> 1));
      await isHalfWay.promise;
      await pool.db.execute(
        sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'milepost-breaking'`,
      );
      await feed.write(bytes.subarray(bytes.byteLength >> 1)).catch(() => {});
      await feed.close();
      await refused;
      expect(await hashContent(as(pool.db))).toEqual(later);
      await breaking.end();
    });
  });
});

test("the owner of the database can do all of it, without a superuser's rights", async ({ db }) => {
  const before = await backedUp(db);
  const copy = await emptyDatabase();
  const role = `owner_${randomUUID().slice(0, 8)}`;
  const name = new URL(copy.url).pathname.slice(1);
  await copy.pool.db.execute(sql.raw(`create role ${role} login`));
  for (const statement of [
    "create extension pg_trgm",
    "create extension unaccent",
    `alter database ${name} owner to ${role}`,
  ])
    await copy.pool.db.execute(sql.raw(statement));
  const url = new URL(copy.url);
  url.username = role;
  const pool = openPool(url.toString(), { max: 2, name: "milepost-test" });
  try {
    await prepareQueues(url.toString(), allJobs);
    for (const mayReplace of [false, true]) await restoreBackup(as(pool.db), { ...plain, mayReplace });
    expect(await hashContent(as(pool.db))).toEqual(before);
  } finally {
    await pool.end();
    await copy.drop();
    await db.execute(sql.raw(`drop role ${role}`));
  }
});

describe("keys:", () => {
  test.for([
    ["another key", otherKeyring, /sealed with the key "test".*does not have/],
    ["no key at all", null, /sealed with the key "test".*--without-secrets/],
  ] as const)("%s is refused before anything changes", async ([, keyring, words], { db }) => {
    await backedUp(db);
    await withEmptyDatabase(async ({ pool }) => {
      await expect(restoreBackup(as(pool.db), { ...plain, keyring })).rejects.toThrow(words);
      expect(await readContentTables(pool.db)).toEqual([]);
    });
  });

  test("a lost key costs the secrets, and nothing else", async ({ db }) => {
    const before = await backedUp(db);
    await withEmptyDatabase(async ({ pool }) => {
      await restoreBackup(as(pool.db), { ...plain, keyring: null, withoutSecrets: true });
      const different = (await hashContent(as(pool.db))).filter(
        (table) => !before.some(({ sha256 }) => sha256 === table.sha256),
      );
      expect(different.map(({ name, rows }) => [name, rows])).toEqual([["connection_secrets", 0]]);
    });
  });
});
