import { setTimeout as sleep } from "node:timers/promises";

/** Deadlocks, and rows that others wrote meanwhile about what was just deleted (SQLSTATE). */
const clashes = new Set(["40P01", "40001", "23503"]);
const most = 5;

/**
 * Does a transaction again, at most four times, when it clashed with the work of jobs: for those that take away at once what
 * many others are writing to. `work` has to do nothing but that transaction.
 */
export async function againAfterClash<T>(work: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await work();
    } catch (error) {
      if (tried >= most || !isClash(error)) throw error;
      await sleep(100 * tried);
    }
  }
}

function isClash(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code } = at as { code?: unknown };
    if (typeof code === "string" && clashes.has(code)) return true;
  }
  return false;
}
