import { sql } from "drizzle-orm";
import { expect, vi } from "vitest";
import { openPool } from "#db/client.ts";
import { test } from "#server/testing/database.ts";
import { watchIngest } from "./watch-ingest.ts";

// A machine with much else to do may keep a living database from answering for a good part of a second.
const times = { everyMs: 5, patienceMs: 1_000 };

test("connections that give no answer while the database does are told, others are not", async ({
  db,
  databaseUrl,
}) => {
  const ingest = openPool(databaseUrl, { max: 1, name: "milepost-ingest" });
  const onWedged = vi.fn();
  const watch = watchIngest(ingest.db, db, onWedged, times);
  try {
    await ingest.db.execute(sql`select pg_sleep(0.1)`);
    expect(onWedged).not.toHaveBeenCalled();
    // Its one connection is lost to everybody.
    void ingest.db.execute(sql`select pg_sleep(30)`).catch(() => {});
    await expect.poll(() => onWedged.mock.calls.length).toBeGreaterThan(0);
  } finally {
    watch.stop();
    await db.execute(
      sql`select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep(30)%' and pid <> pg_backend_pid()`,
    );
    await ingest.end();
  }
});

test("a database that is away is no reason", async ({ databaseUrl }) => {
  const pool = openPool(databaseUrl, { max: 1, name: "milepost-ingest" });
  const onWedged = vi.fn();
  void pool.db.execute(sql`select pg_sleep(3.5)`);
  const watch = watchIngest(pool.db, pool.db, onWedged, times);
  await pool.db.execute(sql`select 1`);
  watch.stop();
  expect(onWedged).not.toHaveBeenCalled();
  await pool.end();
});
