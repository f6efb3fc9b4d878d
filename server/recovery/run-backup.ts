import { randomUUID } from "node:crypto";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { asc, eq, sql } from "drizzle-orm";
import { backups } from "#db/schema/core.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure, findDomainError, invalid } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import type { BackupSettings } from "./backup-settings.ts";
import { type BackupReason, backupFileName } from "./model.ts";
import { backUpRefusal } from "./policy.ts";
import { removeOutlived } from "./remove-outlived.ts";
import { partialEnding } from "./write-archive.ts";
import { writeBackup } from "./write-backup.ts";
import "./events.ts";

/** Any fixed number serves: one backup of a database at a time, whoever writes it. */
const backupLock = 7_245_003;

export type RunBackup = BackupSettings & {
  /** Of a run that answers no order. */
  reason: BackupReason;
  signal?: AbortSignal;
};

/**
 * Writes one backup into the backup folder (the oldest that was ordered, or one of its own), writes down what became of it, and clears away those past their number.
 * Answers with null when another process is writing one. A failure that can be told stands in the row; it is thrown only
 * when the run was broken off, so that it is begun again.
 */
export async function runBackup(ctx: Ctx, run: RunBackup): Promise<{ id: string; isDone: boolean } | null> {
  ensure(backUpRefusal(ctx.actor));
  return ctx.db.transaction(async (db) => {
    await db.execute(sql`set local idle_in_transaction_session_timeout = 0`);
    const [lock] = await db.execute<{ taken: boolean }>(
      sql`select pg_try_advisory_xact_lock(${backupLock}) as taken`,
    );
    return lock?.taken ? runAlone(ctx, run) : null;
  });
}

async function runAlone(ctx: Ctx, run: RunBackup): Promise<{ id: string; isDone: boolean }> {
  const { id, path, reason } = await begin(ctx, run);
  try {
    await prepareFolder(run.folder);
    const made = await writeBackup(ctx, { ...run, file: path });
    await inTransaction(ctx, async (tx) => {
      const finished = {
        state: "done",
        finishedAt: tx.now(),
        sizeBytes: made.bytes,
        sha256: made.sha256,
      } as const;
      await tx.db.update(backups).set(finished).where(eq(backups.id, id));
      const { bytes, sha256 } = made;
      await record(tx, {
        type: "backup.made",
        subjectId: id,
        payload: { file: path, reason, bytes, sha256 },
      });
    });
  } catch (error) {
    await fail(ctx, { id, path, reason }, sentenceOf(error, run.signal));
    if (!findDomainError(error)) throw error;
    return { id, isDone: false };
  }
  await removeOutlived(ctx, run.keep);
  return { id, isDone: true };
}

type Begun = { id: string; path: string; reason: BackupReason };

/** We hold the lock: a row that says "running" is of a process that is gone. */
async function begin(ctx: Ctx, run: RunBackup): Promise<Begun> {
  return inTransaction(ctx, async (tx) => {
    const columns = { id: backups.id, path: backups.path, reason: backups.reason };
    const gone = await tx.db.select(columns).from(backups).where(eq(backups.state, "running"));
    for (const row of gone) await fail(tx, row, "The worker ended before the backup was complete");
    const [ordered] = await tx.db
      .select({ id: backups.id, reason: backups.reason })
      .from(backups)
      .where(eq(backups.state, "waiting"))
      .orderBy(asc(backups.startedAt))
      .limit(1);
    const id = ordered?.id ?? randomUUID();
    const reason = ordered?.reason ?? run.reason;
    const startedAt = tx.now();
    const path = join(run.folder, backupFileName(startedAt, reason));
    const began = { path, state: "running", startedAt } as const;
    await tx.db
      .insert(backups)
      .values({ id, reason, ...began })
      .onConflictDoUpdate({ target: backups.id, set: began });
    return { id, path, reason };
  });
}

async function fail(ctx: Ctx, backup: Begun, failure: string): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    await tx.db
      .update(backups)
      .set({ state: "failed", finishedAt: tx.now(), failure })
      .where(eq(backups.id, backup.id));
    const { path: file, reason } = backup;
    await record(tx, { type: "backup.failed", subjectId: backup.id, payload: { file, reason, failure } });
  });
}

function sentenceOf(error: unknown, signal: AbortSignal | undefined): string {
  if (signal?.aborted) return "The worker was stopped before the backup was complete";
  return findDomainError(error)?.message ?? "Something went wrong; the worker's log says what";
}

/** Also clears away what a worker that was killed has left half-written: we hold the lock. */
async function prepareFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const name of await readdir(folder))
      if (name.startsWith(".milepost-") && name.endsWith(partialEnding))
        await rm(join(folder, name), { force: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw Object.assign(
      invalid(
        `The backup folder ${folder} cannot be used (${code}): set MILEPOST_BACKUP_DIR to one that can`,
      ),
      { cause: error },
    );
  }
}
