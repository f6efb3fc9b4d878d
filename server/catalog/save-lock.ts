import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import type { Db } from "#db/types.ts";
import type { Ctx } from "#server/core/context.ts";
import { conflict } from "#server/core/errors.ts";

/** Any fixed number serves: imports save one after the other, so that each sees all relations of the one before. */
const saveLock = 7_245_002;

/**
 * Waits until nobody else writes entries, to the end of the caller's transaction. Asked for again and again: one statement
 * that waits would fail after a minute, when another import takes longer. Throws "conflict" once the patience is over.
 */
export async function takeSaveLock(db: Db, patienceMs = Number.POSITIVE_INFINITY): Promise<void> {
  const endsAt = performance.now() + patienceMs;
  for (;;) {
    const [row] = await db.execute<{ taken: boolean }>(
      sql`select pg_try_advisory_xact_lock(${saveLock}) as taken`,
    );
    if (row?.taken) return;
    if (performance.now() >= endsAt)
      throw conflict("An import is saving what it read: try again in a minute");
    await sleep(200);
  }
}

const requestPatienceMs = 5_000;

/** A job waits as long as it takes; somebody's request gives its connection back, or a long import would take all of them. */
export const awaitTurn = (tx: Ctx): Promise<void> =>
  takeSaveLock(tx.db, tx.actor.kind === "system" ? undefined : requestPatienceMs);
