import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { expect, inject, test } from "vitest";
import { openPool } from "./client.ts";
import { withDatabaseName } from "./connection.ts";
import { migrateDatabase } from "./migrate.ts";

async function withEmptyDatabase(work: (url: string) => Promise<void>): Promise<void> {
  const template = inject("databaseUrl");
  const name = `migrate_${randomUUID().replaceAll("-", "")}`;
  const admin = openPool(withDatabaseName(template, "postgres"), { max: 1, name: "milepost-test-admin" });
  await admin.db.execute(sql.raw(`create database ${name} template template0`));
  try {
    await work(withDatabaseName(template, name));
  } finally {
    await admin.db.execute(sql.raw(`drop database ${name} with (force)`));
    await admin.end();
  }
}

test("an empty database is brought to the schema once; then nothing is left to do", async () => {
  await withEmptyDatabase(async (url) => {
    expect((await migrateDatabase(url)).applied).toBeGreaterThan(0);
    expect(await migrateDatabase(url)).toEqual({ applied: 0 });
  });
});

test("of two starters at the same moment one migrates and the other waits", async () => {
  await withEmptyDatabase(async (url) => {
    const both = await Promise.all([migrateDatabase(url), migrateDatabase(url), migrateDatabase(url)]);
    expect(both.filter(({ applied }) => applied > 0)).toHaveLength(1);
  });
});

test("a database of a newer release is refused, with both versions, and left as it is", async () => {
  await withEmptyDatabase(async (url) => {
    await migrateDatabase(url);
    const pool = openPool(url, { max: 1, name: "milepost-test" });
    const newer = Date.UTC(2099, 0, 1);
    await pool.db.execute(
      sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('from the future', ${newer})`,
    );
    await expect(migrateDatabase(url)).rejects.toThrow(/newer release.*2099-01-01.*this program knows/s);
    await pool.end();
  });
});

test("a missing server is said in words that hold no password", async () => {
  await expect(migrateDatabase("postgres://me:hunter2@127.0.0.1:1/portal")).rejects.toThrow(
    /^(?!.*hunter2)/s,
  );
});

test("a database that is not UTF8 is refused before anything is written", async () => {
  const template = inject("databaseUrl");
  const name = `migrate_${randomUUID().replaceAll("-", "")}`;
  const admin = openPool(withDatabaseName(template, "postgres"), { max: 1, name: "milepost-test-admin" });
  await admin.db.execute(
    sql.raw(
      `create database ${name} template template0 encoding 'SQL_ASCII' locale_provider libc locale 'C'`,
    ),
  );
  try {
    await expect(migrateDatabase(withDatabaseName(template, name))).rejects.toThrow(
      "The database has the encoding SQL_ASCII",
    );
  } finally {
    await admin.db.execute(sql.raw(`drop database ${name} with (force)`));
    await admin.end();
  }
});
