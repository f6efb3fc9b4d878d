import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { describe, expect } from "vitest";
import type { Db } from "#db/types.ts";
import { verifyChain } from "#server/audit/verify-chain.ts";
import { aBackup, countOf, withEmptyDatabase } from "#server/testing/backed-up.ts";
import { as, test } from "#server/testing/database.ts";
import { awkward } from "#server/testing/full/awkward.ts";
import { findSeparatePostgres, startSeparatePostgres } from "#server/testing/separate-postgres.ts";
import { readContentTables } from "./content-tables.ts";
import { restoreBackup } from "./restore-backup.ts";
import { hashContent, writeBackup } from "./write-backup.ts";

const { folder, plain, backedUp } = aBackup();

describe("the drill:", () => {
  test("every table has rows to be compared", async ({ db }) => {
    await backedUp(db);
    const tables = (await readContentTables(db)).map(({ name }) => name);
    const empty = [];
    for (const name of tables) if ((await countOf(db, name)) === 0) empty.push(name);
    expect(empty, "make a row of these in server/testing/full/").toEqual([]);
    expect(tables.length).toBeGreaterThan(30);
  });

  test("what was restored is the same in every table, and the audit chain holds", async ({ db }) => {
    const before = await backedUp(db);
    await withEmptyDatabase(async ({ pool }) => {
      const restored = await restoreBackup(as(pool.db), { ...plain, dataDir: join(folder, "other") });
      expect(await hashContent(as(pool.db))).toEqual(before);
      expect(restored.checksums.tables).toEqual(before);
      expect(await verifyChain(as(pool.db), [])).toMatchObject({ isIntact: true });
      const text = await pool.db.execute(sql`select name from accounts where name = ${awkward}`);
      expect(text).toHaveLength(1);
    });
    expect(readFileSync(join(folder, "other/demo-organisation/teams/a.yaml"), "utf8")).toBe("kind: Group\n");
    expect(readdirSync(join(folder, "other")), "nothing but content, and no leftover").toEqual([
      "demo-organisation",
    ]);
    expect(readdirSync(join(folder, "other/demo-organisation")).sort()).toEqual(["empty", "teams"]);
  });

  test("it does so on a separate PostgreSQL with another order of sorting, and back again", async ({
    db,
    skip,
  }) => {
    const bin = findSeparatePostgres();
    if (!bin) return skip("No PostgreSQL is installed on its own here");
    const before = await backedUp(db);
    const separate = startSeparatePostgres(bin);
    try {
      await withEmptyDatabase(async ({ pool }) => {
        await restoreBackup(as(pool.db), plain);
        expect(await hashContent(as(pool.db))).toEqual(before);
        const back = join(folder, "back.tar.gz");
        await writeBackup(as(pool.db), { file: back, release: "1.2.3", dataDir: null });
        await withEmptyDatabase(async (copy) => {
          await restoreBackup(as(copy.pool.db), { ...plain, file: back });
          expect(await hashContent(as(copy.pool.db))).toEqual(before);
        });
      }, separate.url);
    } finally {
      separate.stop();
    }
  });

  test("the schema is the same as a migrated one: keys, indexes, checks, triggers", async ({ db }) => {
    await backedUp(db);
    await withEmptyDatabase(async ({ pool }) => {
      await restoreBackup(as(pool.db), plain);
      expect(await describeSchema(pool.db)).toEqual(await describeSchema(db));
    });
  });

  test("numbers go on where they were, and jobs that waited wait", async ({ db }) => {
    await backedUp(db);
    await withEmptyDatabase(async ({ pool }) => {
      await restoreBackup(as(pool.db), { ...plain, isDrill: false });
      const [event] = await pool.db.execute<{ id: string; type: string }>(
        sql`select id, type from events order by id desc limit 1`,
      );
      const [last] = await db.execute<{ id: string }>(sql`select max(id) as id from events`);
      expect(event).toEqual({ id: String(Number(last?.id) + 1), type: "backup.restored" });
      expect(await verifyChain(as(pool.db), [])).toMatchObject({ isIntact: true });
      expect(await countOf(pool.db, "jobs.job where name = 'github-interpret-inbox'")).toBeGreaterThan(0);
    });
  });

  test("what would bring back what has ended since is left out", async ({ db }) => {
    await backedUp(db);
    const leftOut = ["sessions", "sign_in_attempts", "sign_in_links", "rate_limits"];
    for (const table of leftOut) expect(await countOf(db, table), table).toBeGreaterThan(0);
    await withEmptyDatabase(async ({ pool }) => {
      await restoreBackup(as(pool.db), plain);
      for (const table of [...leftOut, "processes"]) expect(await countOf(pool.db, table), table).toBe(0);
    });
  });
});

const describeSchema = (db: Db) =>
  db.execute(sql`
    select 'index' as kind, indexdef as text from pg_indexes where schemaname = 'public'
    union all select 'constraint ' || conrelid::regclass::text, conname || ' ' || pg_get_constraintdef(oid)
      from pg_constraint where connamespace = 'public'::regnamespace
    union all select 'trigger ' || tgenabled::text, pg_get_triggerdef(t.oid) from pg_trigger t
      join pg_class c on c.oid = tgrelid where c.relnamespace = 'public'::regnamespace and not tgisinternal
    union all select 'column ' || table_name, column_name || ' ' || data_type || ' ' || coalesce(column_default, '') || is_nullable
      from information_schema.columns where table_schema = 'public'
    order by 1, 2`);
