import { hostname } from "node:os";
import { and, eq, lt, ne, sql } from "drizzle-orm";
import { processes } from "#db/schema/core.ts";
import type { Db } from "#db/types.ts";
import { randomToken } from "./crypto.ts";

export type ProcessKind = "web" | "worker";

const everySeconds = 10;
/** A process counts as up while its last sign of life is younger than this: three tries that failed. */
export const silenceSeconds = 30;

/** The release before knows one row, of this name, for all workers: it is kept alive beside each worker's own. */
export const sharedWorkerName = "worker";

/** Rows of what ended without a word are cleared away after this. */
const forgottenAfter = sql`interval '1 hour'`;

/** `kind@host#random`: two of a kind on one machine differ, and a container's probe finds its own. */
export const instancePrefix = (kind: ProcessKind): string => `${kind}@${hostname()}#`;

export const isFresh = sql<boolean>`${processes.seenAt} > now() - make_interval(secs => ${silenceSeconds})`;

/**
 * Writes down, by the database's clock, that this process is up; readiness and probes read it. A failed write is tried
 * again. `stop` takes its own row away; the shared one goes stale with the
 * last worker.
 */
export async function keepProcessRow(
  db: Db,
  kind: ProcessKind,
  onError: (error: unknown) => void,
): Promise<{ stop: () => Promise<void> }> {
  const name = instancePrefix(kind) + randomToken().slice(0, 8);
  const pid = String(process.pid);
  const names = kind === "worker" ? [name, sharedWorkerName] : [name];
  let isStopped = false;
  const write = async () => {
    for (const each of names)
      await db
        .insert(processes)
        .values({ name: each, kind, pid, seenAt: sql`now()` })
        .onConflictDoUpdate({ target: processes.name, set: { pid, seenAt: sql`now()` } });
    await db
      .delete(processes)
      .where(and(lt(processes.seenAt, sql`now() - ${forgottenAfter}`), ne(processes.name, sharedWorkerName)));
  };
  let writing = write();
  await writing;
  const timer = setInterval(() => {
    writing = writing.then(() => (isStopped ? undefined : write())).catch(onError);
  }, everySeconds * 1000);
  return {
    stop: async () => {
      isStopped = true;
      clearInterval(timer);
      await writing;
      await db
        .delete(processes)
        .where(eq(processes.name, name))
        .then(() => {}, onError);
    },
  };
}
