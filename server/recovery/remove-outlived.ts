import { rm } from "node:fs/promises";
import { eq } from "drizzle-orm";
import { backups } from "#db/schema/core.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { outlived } from "./model.ts";
import { backUpRefusal } from "./policy.ts";
import "./events.ts";

/** Deletes the files of backups past their number. One that cannot be deleted stays in the list and is tried again. */
export async function removeOutlived(ctx: Ctx, keep: number): Promise<number> {
  ensure(backUpRefusal(ctx.actor));
  const complete = await ctx.db
    .select({ id: backups.id, path: backups.path, reason: backups.reason, startedAt: backups.startedAt })
    .from(backups)
    .where(eq(backups.state, "done"));
  let removed = 0;
  for (const { id, path } of outlived(complete, keep)) {
    const isGone = await rm(path, { force: true }).then(
      () => true,
      () => false,
    );
    if (!isGone) continue;
    await inTransaction(ctx, async (tx) => {
      await tx.db.update(backups).set({ state: "removed" }).where(eq(backups.id, id));
      await record(tx, { type: "backup.removed", subjectId: id, payload: { file: path } });
    });
    removed += 1;
  }
  return removed;
}
