import { desc, ne } from "drizzle-orm";
import { backups } from "#db/schema/core.ts";
import type { Ctx } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import type { Refusal } from "#server/core/refusal.ts";
import type { BackupReason, BackupState } from "./model.ts";
import { readBackupsRefusal, requestBackupRefusal } from "./policy.ts";

export type BackupRow = {
  id: string;
  /** Where it lies on the machine that wrote it; empty while it waits. */
  path: string;
  reason: BackupReason;
  state: BackupState;
  startedAt: Date;
  finishedAt: Date | null;
  sizeBytes: number | null;
  failure: string | null;
};

export type BackupList = { items: BackupRow[]; may: { request: Refusal | null } };

/** The newest first, those that were cleared away left out; at most 100. */
export async function readBackups(ctx: Ctx): Promise<BackupList> {
  ensure(readBackupsRefusal(ctx.actor));
  const items = await ctx.db
    .select({
      id: backups.id,
      path: backups.path,
      reason: backups.reason,
      state: backups.state,
      startedAt: backups.startedAt,
      finishedAt: backups.finishedAt,
      sizeBytes: backups.sizeBytes,
      failure: backups.failure,
    })
    .from(backups)
    .where(ne(backups.state, "removed"))
    .orderBy(desc(backups.startedAt))
    .limit(100);
  return { items, may: { request: requestBackupRefusal(ctx.actor) } };
}
