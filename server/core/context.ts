import type { Db } from "#db/types.ts";
import type { Actor } from "./actor.ts";
import { isChainFailure, notRecorded } from "./not-recorded.ts";

/** All that domain code may know about its caller. */
export type Ctx = { db: Db; actor: Actor; now: () => Date };

/**
 * Runs `work` in one transaction. Nested calls become savepoints, so a verb may call a verb. Throws `unavailable` when its
 * events cannot be chained at commit.
 */
export async function inTransaction<T>(ctx: Ctx, work: (tx: Ctx) => Promise<T>): Promise<T> {
  try {
    return await ctx.db.transaction((db) => work({ ...ctx, db }));
  } catch (error) {
    throw isChainFailure(error) ? notRecorded(error) : error;
  }
}
