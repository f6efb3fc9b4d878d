import type { Db } from "#db/types.ts";
import type { Actor } from "./actor.ts";

/** All that domain code may know about its caller. */
export type Ctx = { db: Db; actor: Actor; now: () => Date };

/** Runs `work` in one transaction. Nested calls become savepoints, so a verb may call a verb. */
export function inTransaction<T>(ctx: Ctx, work: (tx: Ctx) => Promise<T>): Promise<T> {
  return ctx.db.transaction((db) => work({ ...ctx, db }));
}
