import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPool } from "#db/client.ts";
import { startEmbeddedPostgres } from "#db/embedded/start-postgres.ts";
import { systemActor } from "#server/core/actor.ts";
import { prepareQueues } from "#server/core/jobs.ts";
import { type Restored, type RestoreOptions, restoreBackup } from "#server/recovery/restore-backup.ts";
import { hashContent } from "#server/recovery/write-backup.ts";
import { allJobs } from "#server/worker/registry.ts";

export type Drilled = {
  restored: Restored;
  /** Tables whose rows are not those of the backup; empty when all is well. */
  differing: string[];
};

/** Restores a backup into a PostgreSQL of its own in a temporary folder and compares the checksums of all tables. */
export async function drillBackup(options: RestoreOptions): Promise<Drilled> {
  const folder = mkdtempSync(join(tmpdir(), "milepost-drill-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const server = await startEmbeddedPostgres({ dataDir: folder, durability: "fast" });
  const pool = openPool(server.url, { max: 2, name: "milepost-drill" });
  try {
    const ctx = { db: pool.db, actor: systemActor("Restore drill"), now: () => new Date() };
    await prepareQueues(server.url, allJobs);
    const restored = await restoreBackup(ctx, { ...options, dataDir: folder, isDrill: true });
    const found = await hashContent(ctx, restored.manifest.tables);
    const wanted = new Map(restored.checksums.tables.map(({ name, sha256 }) => [name, sha256]));
    const differing = found.filter(({ name, sha256 }) => wanted.get(name) !== sha256);
    return { restored, differing: differing.map(({ name }) => name) };
  } finally {
    await pool.end();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
