import { join } from "node:path";
import type { Env } from "#server/core/env.ts";
import { readRelease } from "#server/core/release.ts";

export type BackupSettings = {
  folder: string;
  /** How many of the nightly and ordered ones are kept. */
  keep: number;
  dataDir: string;
  release: string;
};

type Settings = Pick<Env, "MILEPOST_BACKUP_DIR" | "MILEPOST_BACKUP_KEEP" | "dataDir">;

export const backupFolder = (env: Pick<Settings, "MILEPOST_BACKUP_DIR" | "dataDir">): string =>
  env.MILEPOST_BACKUP_DIR ?? join(env.dataDir, "backups");

export const backupSettings = (env: Settings): BackupSettings => ({
  folder: backupFolder(env),
  keep: env.MILEPOST_BACKUP_KEEP,
  dataDir: env.dataDir,
  release: readRelease(),
});
