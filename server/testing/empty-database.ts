import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { inject } from "vitest";
import { openPool } from "#db/client.ts";
import { withDatabaseName } from "#db/connection.ts";
import type { DatabaseCopy } from "./database.ts";

/** A database without any table, on the test server or on the one that is named. */
export async function emptyDatabase(server: string = inject("databaseUrl")): Promise<DatabaseCopy> {
  const name = `empty_${randomUUID().replaceAll("-", "")}`;
  const admin = openPool(withDatabaseName(server, "postgres"), { max: 1, name: "milepost-test-admin" });
  await admin.db.execute(sql.raw(`create database ${name} template template0 encoding 'UTF8'`));
  const url = withDatabaseName(server, name);
  const pool = openPool(url, { max: 5, name: "milepost-test" });
  const drop = async () => {
    await pool.end();
    await admin.db.execute(sql.raw(`drop database if exists ${name} with (force)`));
    await admin.end();
  };
  return { url, pool, drop };
}
