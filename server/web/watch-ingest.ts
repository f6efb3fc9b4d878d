import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import type { Db } from "#db/types.ts";

/** Far longer than a statement of the webhooks takes, also on a machine that has much else to do. */
const usual = { everyMs: 5_000, patienceMs: 15_000 };

/**
 * Calls `onWedged` once when the webhooks' connections give no answer for fifteen seconds in a row while the database
 * answers others: after a crash of the database under load the driver can lose track of them for good, and webhooks would be
 * refused until somebody starts the program anew. A database that is away is no reason.
 */
export function watchIngest(
  ingest: Db,
  others: Db,
  onWedged: () => void,
  { everyMs, patienceMs } = usual,
): { stop: () => void } {
  let isLooking = false;
  const look = async () => {
    if (isLooking) return;
    isLooking = true;
    try {
      if (await isSilent(ingest, patienceMs)) {
        const isAway = await isSilent(others, patienceMs);
        // Asked again, since it may have come back between the two.
        if (!isAway && (await isSilent(ingest, patienceMs))) onWedged();
      }
    } finally {
      isLooking = false;
    }
  };
  const timer = setInterval(() => void look(), everyMs).unref();
  return { stop: () => clearInterval(timer) };
}

/** Whether neither an answer nor an error has come in time. */
const isSilent = (db: Db, ms: number): Promise<boolean> =>
  Promise.race([
    db.execute(sql`select 1`).then(
      () => false,
      () => false,
    ),
    sleep(ms, true, { ref: false }),
  ]);
