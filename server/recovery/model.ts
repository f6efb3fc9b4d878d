export type BackupReason = "schedule" | "request" | "upgrade";
export type BackupState = "waiting" | "running" | "done" | "failed" | "removed";

export const backupReasonWords: Record<BackupReason, string> = {
  schedule: "Nightly",
  request: "Ordered",
  upgrade: "Before an upgrade",
};

export const backupStateWords: Record<BackupState, string> = {
  waiting: "Waiting",
  running: "Being written",
  done: "Complete",
  failed: "Failed",
  removed: "Cleared away",
};

export const isBackupOver = (state: BackupState): boolean => state !== "waiting" && state !== "running";

/** How many backups from before an upgrade are kept; the others have a number of their own. */
export const keptUpgrades = 3;

/** Without a newer one than this, in hours, a backup is overdue: a night was missed. */
export const overdueHours = 36;

/** Such as `milepost-20260102T030405Z-schedule.tar.gz`: they sort by time. */
export function backupFileName(at: Date, reason: BackupReason): string {
  const time = at.toISOString().replace(/\.\d+/, "").replaceAll(/[:-]/g, "");
  return `milepost-${time}-${reason}.tar.gz`;
}

type Kept = { id: string; reason: BackupReason; startedAt: Date };

/** Which complete backups are past their number: upgrades are counted apart, so that nights do not crowd them out. */
export function outlived<Row extends Kept>(complete: readonly Row[], keep: number): Row[] {
  const newestFirst = complete.toSorted(
    (left, right) => right.startedAt.getTime() - left.startedAt.getTime(),
  );
  const isUpgrade = ({ reason }: Row) => reason === "upgrade";
  return [
    ...newestFirst.filter((row) => !isUpgrade(row)).slice(keep),
    ...newestFirst.filter(isUpgrade).slice(keptUpgrades),
  ];
}

/** "812 kB", "9.8 MB", "1.25 GB". */
export function sizeText(bytes: number): string {
  if (bytes < 1e6) return `${Math.ceil(bytes / 1e3)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}
