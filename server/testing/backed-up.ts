import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll } from "vitest";
import type { Db } from "#db/types.ts";
import { prepareQueues } from "#server/core/jobs.ts";
import type { Checksums } from "#server/recovery/format.ts";
import type { RestoreOptions } from "#server/recovery/restore-backup.ts";
import { hashContent, writeBackup } from "#server/recovery/write-backup.ts";
import { allJobs } from "#server/worker/registry.ts";
import { as, type DatabaseCopy } from "./database.ts";
import { emptyDatabase } from "./empty-database.ts";
import { fillDatabase } from "./full-database.ts";
import { testKeyring } from "./keyring.ts";

export const secretKeyText = "the text of a secret key file";

export type BackedUp = {
  folder: string;
  file: string;
  /** Restores that file without its files and without an event. */
  plain: RestoreOptions;
  /** Fills the test file's database once and backs it up; answers with the checksum of every table. */
  backedUp: (db: Db) => Promise<Checksums["tables"]>;
};

/** A backup of a database that has a row in every table, for all tests of a file. */
export function aBackup(): BackedUp {
  const folder = mkdtempSync(join(tmpdir(), "milepost-recovery-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const dataDir = join(folder, "data");
  const file = join(folder, "backup.tar.gz");
  let written: Promise<Checksums["tables"]> | undefined;
  const write = async (db: Db) => {
    const world = await fillDatabase(db);
    world.remove();
    mkdirSync(join(dataDir, "demo-organisation/teams"), { recursive: true });
    writeFileSync(join(dataDir, "demo-organisation/teams/a.yaml"), "kind: Group\n");
    writeFileSync(join(dataDir, "demo-organisation/empty"), "");
    writeFileSync(join(dataDir, "secret-key"), secretKeyText);
    const hashes = await hashContent(as(db));
    await writeBackup(as(db), { file, release: "1.2.3", dataDir });
    return hashes;
  };
  const plain = {
    file,
    dataDir: null,
    keyring: testKeyring,
    keyFile: "secret-key",
    mayReplace: false,
    withoutSecrets: false,
    isDrill: true,
  };
  return {
    folder,
    file,
    plain,
    backedUp: (db) => {
      written ??= write(db);
      return written;
    },
  };
}

/** A database with nothing but the queue's tables, as a restore finds it on a new machine. */
export async function withEmptyDatabase(
  work: (copy: DatabaseCopy) => Promise<void>,
  server?: string,
): Promise<void> {
  const copy = await emptyDatabase(server);
  try {
    await prepareQueues(copy.url, allJobs);
    await work(copy);
  } finally {
    await copy.drop();
  }
}

/** Rows of a table, or of `table where …`. */
export async function countOf(db: Db, table: string): Promise<number> {
  const [row] = await db.execute<{ count: string }>(sql.raw(`select count(*) from ${table}`));
  return Number(row?.count);
}
