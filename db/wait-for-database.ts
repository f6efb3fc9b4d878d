import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import type { Db } from "./types.ts";

/**
 * Resolves when the database answers. A program that ended because it is away for a moment would be started again, and
 * given up after a few times; `onWait` hears of the first refusal.
 */
export async function waitForDatabase(db: Db, onWait: (error: unknown) => void): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await db.execute(sql`select 1`);
      return;
    } catch (error) {
      if (tries === 0) onWait(error);
    }
    await sleep(1000);
  }
}
