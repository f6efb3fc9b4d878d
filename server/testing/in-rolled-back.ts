import type { Db } from "#db/types.ts";

class Undone extends Error {}

/** Runs `work` in a transaction that is taken back in any case: each cell of a matrix finds the same world. */
export async function inRolledBack<T>(db: Db, work: (db: Db) => Promise<T>): Promise<T> {
  let result: { value: T } | undefined;
  try {
    await db.transaction(async (tx) => {
      result = { value: await work(tx) };
      throw new Undone();
    });
  } catch (error) {
    if (!(error instanceof Undone)) throw error;
  }
  if (!result) throw new Error("The work of a rolled back transaction gave no result");
  return result.value;
}
