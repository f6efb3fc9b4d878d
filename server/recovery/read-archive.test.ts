import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { gunzipSync, gzipSync } from "node:zlib";
import { extract, type Header, pack } from "tar-stream";
import { afterAll, describe, expect } from "vitest";
import { sha256 } from "#server/core/crypto.ts";
import { prepareQueues } from "#server/core/jobs.ts";
import { as, test as base, type DatabaseCopy } from "#server/testing/database.ts";
import { emptyDatabase } from "#server/testing/empty-database.ts";
import { testKeyring } from "#server/testing/keyring.ts";
import { makeUser } from "#server/testing/people.ts";
import { allJobs } from "#server/worker/registry.ts";
import type { Checksums, Manifest } from "./format.ts";
import { readArchive } from "./read-archive.ts";
import { restoreBackup } from "./restore-backup.ts";
import { hashContent, writeBackup } from "./write-backup.ts";

const folder = mkdtempSync(join(tmpdir(), "milepost-damaged-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Target = { copy: DatabaseCopy; before: unknown };

/** A good backup, and a database with content that no damaged one may change. */
const test = base.extend<{ good: string; target: Target }>({
  good: [
    async ({ copy }, use) => {
      const file = join(folder, "good.tar.gz");
      for (const role of ["developer", "admin"] as const) await makeUser(copy.pool.db, role);
      await writeBackup(as(copy.pool.db), { file, release: "1.2.3", dataDir: null });
      await use(file);
    },
    { scope: "file" },
  ],
  target: [
    async ({ good }, use) => {
      const copy = await emptyDatabase();
      await prepareQueues(copy.url, allJobs);
      await restoreBackup(as(copy.pool.db), optionsFor(good));
      await makeUser(copy.pool.db, "leader");
      await use({ copy, before: await hashContent(as(copy.pool.db)) });
      await copy.drop();
    },
    { scope: "file" },
  ],
});

const optionsFor = (file: string) => ({
  file,
  dataDir: join(folder, "data"),
  keyring: testKeyring,
  keyFile: "secret-key",
  mayReplace: true,
  withoutSecrets: false,
});

async function expectRefused(target: Target, bytes: Buffer, words: RegExp): Promise<void> {
  const file = join(folder, "bad.tar.gz");
  writeFileSync(file, bytes);
  const { db } = target.copy.pool;
  await expect(restoreBackup(as(db), optionsFor(file))).rejects.toThrow(words);
  expect(await hashContent(as(db))).toEqual(target.before);
}

const nothing = async () => {};
const readOnly = (file: string) => readArchive(file, { begin: nothing, rows: nothing, file: nothing });

type Part = { header: Partial<Header> & { name: string }; body: Buffer };

/** The backup taken apart, changed, and put together again: gzip and tar are in order, only the content is not. */
async function remade(good: string, change: (parts: Part[]) => void): Promise<Buffer> {
  const parts: Part[] = [];
  const tar = extract();
  tar.end(gunzipSync(readFileSync(good)));
  for await (const entry of tar)
    parts.push({ header: { name: entry.header.name }, body: await buffer(entry as AsyncIterable<Buffer>) });
  change(parts);
  const again = pack();
  for (const { header, body } of parts) again.entry(header, body);
  again.finalize();
  return gzipSync(await buffer(again as AsyncIterable<Buffer>));
}

function isSameInside(turned: Buffer, good: Buffer): boolean {
  try {
    return gunzipSync(turned).equals(gunzipSync(good));
  } catch {
    return false;
  }
}

const partOf = (parts: Part[], name: RegExp): Part => {
  const found = parts.find(({ header }) => name.test(header.name));
  if (!found) throw new Error(`no part ${name}`);
  return found;
};

const changeManifest = (parts: Part[], change: (manifest: Manifest) => void) => {
  const part = partOf(parts, /^manifest.json$/);
  const manifest = JSON.parse(part.body.toString()) as Manifest;
  change(manifest);
  part.body = Buffer.from(JSON.stringify(manifest));
  partOf(parts, /sha256$/).body = Buffer.from(`${sha256(part.body).toString("hex")}  manifest.json\n`);
};

describe("a damaged file is refused and changes nothing:", () => {
  test("cut off, wherever", async ({ good, target }) => {
    const bytes = readFileSync(good);
    for (const share of [0.02, 0.3, 0.5, 0.8, 0.98, 0.999])
      await expectRefused(
        target,
        bytes.subarray(0, Math.floor(bytes.length * share)),
        /cut off|no backup of Milepost/,
      );
  });

  test("a bit turned, wherever", async ({ good, target }) => {
    const bytes = readFileSync(good);
    for (let at = 20; at < bytes.length; at += Math.ceil(bytes.length / 25)) {
      const turned = Buffer.from(bytes);
      turned[at] = (turned[at] ?? 0) ^ 4;
      // Gzip has a few bits that mean nothing, such as those that fill up its last byte.
      if (!isSameInside(turned, bytes)) await expectRefused(target, turned, /damaged|no backup of Milepost/);
    }
  });

  test("a value changed, with gzip and tar in order", async ({ good, target }) => {
    const bytes = await remade(good, (parts) => {
      const users = partOf(parts, /^tables\/users\//);
      users.body = Buffer.from(users.body.toString().replace("developer", "leader"));
    });
    await expectRefused(target, bytes, /the rows of users are not those that were written/);
  });

  test("a piece of a table missing", async ({ good, target }) => {
    const bytes = await remade(good, (parts) => {
      parts.splice(parts.indexOf(partOf(parts, /^tables\/users\//)), 1);
    });
    await expectRefused(target, bytes, /the rows of users are not/);
  });

  test("its end missing, as after a crash of who wrote it", async ({ good, target }) => {
    const bytes = await remade(good, (parts) => void parts.pop());
    await expectRefused(target, bytes, /its end is missing/);
  });

  test("rows that are no COPY text, under checksums that fit", async ({ good, target }) => {
    const bytes = await remade(good, (parts) => {
      const body = Buffer.from("no such row\n");
      partOf(parts, /^tables\/users\//).body = body;
      const sums = partOf(parts, /^checksums/);
      const checksums = JSON.parse(sums.body.toString()) as Checksums;
      for (const table of checksums.tables)
        if (table.name === "users")
          Object.assign(table, { rows: 1, bytes: body.length, sha256: sha256(body).toString("hex") });
      sums.body = Buffer.from(JSON.stringify(checksums));
    });
    await expectRefused(target, bytes, /damaged \(the database does not take the rows of users\)/);
  });

  test("something after its end", async ({ good, target }) => {
    const bytes = await remade(good, (parts) => {
      parts.push({ header: { name: "tables/users/000009.copy" }, body: Buffer.from("") });
    });
    await expectRefused(target, bytes, /something follows after its end/);
  });
});

describe("a hostile file is refused and changes nothing:", () => {
  test.for([
    ["files/secret-key", /is no content/],
    ["files/postgres-18/PG_VERSION", /is no content/],
    ["files/../escaped", /belongs to no backup/],
    ["files/demo-organisation/../../escaped", /belongs to no backup/],
    ["files//etc/passwd", /belongs to no backup/],
    ["files/demo-organisation/.hidden", /belongs to no backup/],
    ["/etc/passwd", /belongs to no backup/],
    ["tables/pg_authid/000000.copy", /its own list does not have/],
  ] as const)("%s", async ([name, words], { good, target }) => {
    const bytes = await remade(good, (parts) => {
      parts.splice(2, 0, { header: { name }, body: Buffer.from("x") });
    });
    await expectRefused(target, bytes, words);
  });

  test("a link instead of a file", async ({ good, target }) => {
    const bytes = await remade(good, (parts) => {
      const header = { name: "files/demo-organisation/a", type: "symlink" as const, linkname: "/etc/passwd" };
      parts.splice(2, 0, { header, body: Buffer.alloc(0) });
    });
    await expectRefused(target, bytes, /which is no file/);
  });

  test("a table that the schema does not have", async ({ good, target }) => {
    const bytes = await remade(good, (parts) =>
      changeManifest(parts, ({ tables }) => tables.push({ name: "pg_authid", columns: ["rolname"] })),
    );
    await expectRefused(target, bytes, /rows for pg_authid/);
  });

  test("names that would be SQL", async ({ good, target }) => {
    const bytes = await remade(good, (parts) =>
      changeManifest(parts, ({ tables }) => tables.push({ name: 'x"; drop table users; --', columns: [] })),
    );
    await expectRefused(target, bytes, /manifest.json is not what it should be/);
  });
});

describe("another release's file:", () => {
  test("a newer schema is refused with both versions", async ({ good, target }) => {
    const bytes = await remade(good, (parts) =>
      changeManifest(parts, (manifest) => {
        manifest.release = "9.0.0";
        manifest.migrations.push({ when: Date.UTC(2099, 0), hash: "0".repeat(64) });
      }),
    );
    await expectRefused(target, bytes, /newer release \(9\.0\.0.*2099-01-01.*this program knows/);
  });

  test("a schema that never was released is refused", async ({ good, target }) => {
    const bytes = await remade(good, (parts) =>
      changeManifest(parts, (manifest) => {
        for (const migration of manifest.migrations) migration.hash = "0".repeat(64);
      }),
    );
    await expectRefused(target, bytes, /is not the one that this program knows/);
  });

  test("a newer format is refused", async ({ good, target }) => {
    const bytes = await remade(good, (parts) =>
      changeManifest(parts, (manifest) => {
        manifest.formatVersion = 2;
      }),
    );
    await expectRefused(target, bytes, /format 2.*reads formats up to 1/);
  });
});

test.for([
  ["text", Buffer.from("hello"), /no backup of Milepost/],
  ["nothing", Buffer.alloc(0), /cut off|no backup/],
  ["gzip of something else", gzipSync("hello"), /no backup|damaged|cut off/],
] as const)("%s is no backup", async ([, bytes, words], { target }) => {
  await expectRefused(target, bytes, words);
});

test("a whole one is told so without a database", async ({ good }) => {
  const { manifest, checksums } = await readOnly(good);
  expect(manifest.release).toBe("1.2.3");
  expect(checksums.tables.find(({ name }) => name === "users")?.rows).toBe(2);
  await expect(readOnly(join(folder, "absent"))).rejects.toThrow(/There is no file/);
});

test("nothing of all this has left a file behind", ({ good }) => {
  expect(good).toBeTruthy();
  expect(readdirSync(join(folder, "data"))).toEqual([]);
});
