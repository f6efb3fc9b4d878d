import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { sql } from "drizzle-orm";
import { afterAll, afterEach, expect } from "vitest";
import { installation } from "#db/schema/core.ts";
import { as, test } from "#server/testing/database.ts";
import { emptyDatabase } from "#server/testing/empty-database.ts";
import { makeUser } from "#server/testing/people.ts";
import { backupCommands } from "./backup.ts";

const folder = mkdtempSync(join(tmpdir(), "milepost-backup-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, "milepost.tar.gz");

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

type Ran = { failure: string | null; document: unknown; lines: string[]; progress: string[] };

/** Runs the command in this process, on that database and a data folder of the tests. */
async function run(databaseUrl: string, ...args: string[]): Promise<Ran> {
  process.env = {
    ...before,
    DATABASE_URL: databaseUrl,
    MILEPOST_DATA_DIR: join(folder, "data"),
    MILEPOST_SECRET_KEY: "test:a key for tests that nobody keeps anything behind",
  };
  const ran: Ran = { failure: null, document: null, lines: [], progress: [] };
  const program = new Command("milepost").exitOverride();
  backupCommands(program, {
    document: (value) => {
      ran.document = value;
    },
    line: (text) => ran.lines.push(text),
    progress: (text) => ran.progress.push(text),
  });
  await program.parseAsync(args, { from: "user" }).catch((error: Error) => {
    ran.failure = error.message;
  });
  return ran;
}

test("backup writes the file, and says that the key is not in it", async ({ db, databaseUrl }) => {
  await db.insert(installation).values({ mode: "evaluation" });
  await makeUser(db, "admin");
  const { failure, lines, progress } = await run(databaseUrl, "backup", file);
  expect(failure).toBeNull();
  expect(lines).toEqual([expect.stringMatching(/milepost\.tar\.gz: \d+ tables, \d+ rows, \d+ kB/)]);
  expect(progress).toContain("users: 1 rows, 1 kB");
  expect(progress.at(-1)).toContain("secret key is not in it");
  expect((await run(databaseUrl, "backup", file)).failure).toMatch(/exists already.*--force/);
  expect((await run(databaseUrl, "backup", file, "--force", "--json")).document).toMatchObject({
    file,
    tables: expect.any(Number),
  });
});

test("restore brings it into an empty database, and again only with --force", async ({ databaseUrl }) => {
  expect(databaseUrl).toBeTruthy();
  const copy = await emptyDatabase();
  try {
    const { failure, lines } = await run(copy.url, "restore", file);
    expect(failure).toBeNull();
    expect(lines).toEqual([expect.stringMatching(/^Restored \d+ rows of 20\d\d-/)]);
    expect(await copy.pool.db.execute(sql`select name from users`)).toEqual([{ name: "A admin" }]);
    expect((await run(copy.url, "restore", file)).failure).toMatch(/holds data already/);
    const again = await run(copy.url, "restore", file, "--force", "--json");
    expect(again.document).toMatchObject({ release: expect.any(String), jobsLeftOut: 0 });
    const restored = await copy.pool.db.execute(sql`select type from events where type = 'backup.restored'`);
    expect(restored, "the one of the restore that the second one replaced is gone").toHaveLength(1);
  } finally {
    await copy.drop();
  }
});

test("--check reads the file alone, --drill restores it elsewhere and compares; neither touches the data", async ({
  db,
  databaseUrl,
}) => {
  await makeUser(db, "developer");
  expect((await run(databaseUrl, "restore", "--check", file)).lines).toEqual([
    expect.stringMatching(/is complete/),
  ]);
  const { failure, lines } = await run(databaseUrl, "restore", "--drill", file);
  expect(failure).toBeNull();
  expect(lines).toEqual([expect.stringMatching(/Every table is the same as in the backup$/)]);
  expect(await as(db).db.execute(sql`select count(*)::int as count from users`)).toEqual([{ count: 2 }]);
});
