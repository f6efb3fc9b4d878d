import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { knownMigrations, readApplied } from "#db/migrations-list.ts";
import { backups } from "#db/schema/core.ts";
import type { Ctx } from "#server/core/context.ts";
import { ensure, findDomainError } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import type { BackupSettings } from "./backup-settings.ts";
import { backupFileName } from "./model.ts";
import { backUpRefusal } from "./policy.ts";
import { removeOutlived } from "./remove-outlived.ts";
import { type MadeBackup, writeBackup } from "./write-backup.ts";
import "./events.ts";

/**
 * Writes a backup when this program would migrate data of an older release; null when there is nothing to migrate or
 * nothing to lose. Throws one sentence when it cannot be written: then the schema stays as it is.
 */
export async function backUpBeforeUpgrade(ctx: Ctx, settings: BackupSettings): Promise<MadeBackup | null> {
  ensure(backUpRefusal(ctx.actor));
  const last = (await readApplied(ctx.db)).at(-1);
  const isPending = knownMigrations().some(({ when }) => last && when > last.when);
  if (!isPending) return null;
  const file = join(settings.folder, backupFileName(ctx.now(), "upgrade"));
  try {
    await mkdir(settings.folder, { recursive: true, mode: 0o700 });
    return await writeBackup(ctx, { ...settings, file, mayReplace: true });
  } catch (error) {
    const why =
      findDomainError(error)?.message ?? `${settings.folder} cannot be used (${(error as Error).message})`;
    throw new Error(
      `The data were not upgraded, because they could not be backed up first. ${why}; MILEPOST_BACKUP_DIR names the folder`,
      { cause: error },
    );
  }
}

/** Writes it into the list, which the release before may not have had, and keeps the last few. */
export async function listUpgradeBackup(ctx: Ctx, settings: BackupSettings, made: MadeBackup): Promise<void> {
  ensure(backUpRefusal(ctx.actor));
  const { file: path, bytes: sizeBytes, sha256 } = made;
  const [row] = await ctx.db
    .insert(backups)
    .values({ path, reason: "upgrade", state: "done", finishedAt: ctx.now(), sizeBytes, sha256 })
    .returning({ id: backups.id });
  if (!row) throw new Error("The backup was not written down");
  await record(ctx, {
    type: "backup.made",
    subjectId: row.id,
    payload: { file: path, reason: "upgrade", bytes: sizeBytes, sha256 },
  });
  await removeOutlived(ctx, settings.keep);
}
