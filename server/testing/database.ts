import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { test as base, inject } from "vitest";
import { openPool, type Pool } from "#db/client.ts";
import { withDatabaseName } from "#db/connection.ts";
import type { Db } from "#db/types.ts";
import { type Actor, systemActor } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** URI of the template database of this test run, migrated and empty. */
    databaseUrl: string;
  }
}

export type DatabaseCopy = { url: string; pool: Pool; drop: () => Promise<void> };

/** Makes a copy of the migrated template; `drop` removes it again. */
export async function copyDatabase(): Promise<DatabaseCopy> {
  const template = inject("databaseUrl");
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  const admin = openPool(withDatabaseName(template, "postgres"), { max: 1, name: "milepost-test-admin" });
  const templateName = new URL(template).pathname.slice(1);
  await admin.db.execute(sql.raw(`create database ${name} template ${templateName}`));
  const url = withDatabaseName(template, name);
  const pool = openPool(url, { max: 5, name: "milepost-test" });
  const drop = async () => {
    await pool.end();
    await admin.db.execute(sql.raw(`drop database if exists ${name} with (force)`));
    await admin.end();
  };
  return { url, pool, drop };
}

/** A test with a database of its own file: tests of one file share it and make rows of their own. */
export const test = base.extend<{ copy: DatabaseCopy; db: Db; databaseUrl: string }>({
  copy: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads the first parameter's pattern
    async ({}, use) => {
      const copy = await copyDatabase();
      await use(copy);
      await copy.drop();
    },
    { scope: "file" },
  ],
  db: async ({ copy }, use) => {
    await use(copy.pool.db);
  },
  databaseUrl: async ({ copy }, use) => {
    await use(copy.url);
  },
});

/** A context for a verb: this database, this actor, this moment (now, unless told). */
export function as(db: Db, actor: Actor = systemActor("Test"), at?: Date): Ctx {
  return { db, actor, now: () => at ?? new Date() };
}
