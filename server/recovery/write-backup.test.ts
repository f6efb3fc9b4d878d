import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { sql } from "drizzle-orm";
import { describe, expect } from "vitest";
import { openPool } from "#db/client.ts";
import { aBackup, secretKeyText } from "#server/testing/backed-up.ts";
import { as, test } from "#server/testing/database.ts";
import { person } from "#server/testing/people.ts";
import { restoreBackup } from "./restore-backup.ts";
import { writeBackup } from "./write-backup.ts";

const { folder, file, plain, backedUp } = aBackup();

describe("the file:", () => {
  test("only its owner may read it, and no key and no session is in it", async ({ db }) => {
    await backedUp(db);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const bytes = gunzipSync(readFileSync(file));
    expect(bytes.includes(secretKeyText)).toBe(false);
    expect(bytes.includes("secret-key")).toBe(false);
    const [session] = await db.execute<{ hash: string }>(
      sql`select encode(token_hash, 'hex') as hash from sessions limit 1`,
    );
    expect(bytes.includes(session?.hash ?? "none")).toBe(false);
  });

  test("an earlier file of that name is replaced only when that is asked for", async ({ db }) => {
    await backedUp(db);
    const target = join(folder, "there.tar.gz");
    writeFileSync(target, "something else");
    const options = { file: target, release: "1", dataDir: null };
    await expect(writeBackup(as(db), options)).rejects.toThrow(/exists already.*--force/);
    expect(readFileSync(target, "utf8")).toBe("something else");
    await writeBackup(as(db), { ...options, mayReplace: true });
    expect(readFileSync(target).subarray(0, 2).toString("hex")).toBe("1f8b");
  });

  test("when it is broken off nothing is left, and the connection goes on", async ({ db, databaseUrl }) => {
    await backedUp(db);
    const pool = openPool(databaseUrl, { max: 1, name: "milepost-test" });
    const stop = new AbortController();
    const target = join(folder, "broken-off.tar.gz");
    const options = { file: target, release: "1", dataDir: null, signal: stop.signal };
    const onLine = (line: string) => line.startsWith("users") && stop.abort();
    await expect(writeBackup(as(pool.db), { ...options, onLine })).rejects.toThrow(/abort/i);
    expect(readdirSync(folder).filter((name) => name.includes("broken-off"))).toEqual([]);
    expect(await pool.db.execute(sql`select 1 as one`)).toEqual([{ one: 1 }]);
    await pool.end();
  });

  test("nobody but the program itself writes or restores one", async ({ db }) => {
    const admin = as(db, person("admin"));
    await expect(writeBackup(admin, { file, release: "1", dataDir: null })).rejects.toMatchObject({
      code: "forbidden",
    });
    await expect(restoreBackup(admin, plain)).rejects.toMatchObject({ code: "forbidden" });
  });
});

test("a dead folder is said in a sentence", async ({ db }) => {
  await backedUp(db);
  const target = join(folder, "absent/backup.tar.gz");
  await expect(writeBackup(as(db), { file: target, release: "1", dataDir: null })).rejects.toThrow(
    /was not written: there is no such folder/,
  );
  expect(existsSync(target)).toBe(false);
});
