import { sql } from "drizzle-orm";
import type { Db } from "./types.ts";

/**
 * Ends this transaction with its connection after so many seconds: a process that is frozen in the middle of it holds
 * its locks no longer. PostgreSQL 17 or newer; an older one ends only what idles between two statements.
 */
export async function limitTransaction(tx: Db, seconds: number): Promise<void> {
  await tx.execute(sql`
    select case when current_setting('transaction_timeout', true) is not null
      then set_config('transaction_timeout', ${`${seconds}s`}, true) end`);
}
