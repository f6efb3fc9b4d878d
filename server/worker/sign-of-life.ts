import { sql } from "drizzle-orm";
import { processes } from "#db/schema/core.ts";
import type { Db } from "#db/types.ts";

const everySeconds = 10;

/** Writes down, by the database's clock, that the worker is up; readiness reads it. A failed write is tried again. */
export async function keepSignOfLife(
  db: Db,
  onError: (error: unknown) => void,
): Promise<{ stop: () => void }> {
  const write = async () => {
    const pid = String(process.pid);
    await db
      .insert(processes)
      .values({ name: "worker", pid, seenAt: sql`now()` })
      .onConflictDoUpdate({ target: processes.name, set: { pid, seenAt: sql`now()` } });
  };
  await write();
  const timer = setInterval(() => void write().catch(onError), everySeconds * 1000);
  return { stop: () => clearInterval(timer) };
}
