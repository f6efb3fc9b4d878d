import { sql } from "drizzle-orm";
import { processes } from "#db/schema/core.ts";
import type { Db } from "#db/types.ts";
import { type HttpAnswer, json } from "#server/http/route.ts";

/** A worker counts as up while its last sign of life is younger than this. */
const workerSilenceSeconds = 30;

/** 200 when pages, database and worker are up, else 503. Names of checks only: this page needs no sign-in. */
export async function readiness(db: Db, isPagesReady: boolean): Promise<HttpAnswer> {
  const checks = { pages: isPagesReady, database: false, worker: false };
  try {
    const rows = await db
      .select({
        isFresh: sql<boolean>`${processes.seenAt} > now() - make_interval(secs => ${workerSilenceSeconds})`,
      })
      .from(processes)
      .where(sql`${processes.name} = 'worker'`);
    checks.database = true;
    checks.worker = rows[0]?.isFresh ?? false;
  } catch {
    // A database that does not answer is what this check is for.
  }
  const isReady = Object.values(checks).every(Boolean);
  return json(
    isReady ? 200 : 503,
    { status: isReady ? "ready" : "not ready", checks },
    { "cache-control": "no-store" },
  );
}
