import { and, eq } from "drizzle-orm";
import { processes } from "#db/schema/core.ts";
import type { Db } from "#db/types.ts";
import { isFresh } from "#server/core/process-row.ts";
import { type HttpAnswer, json } from "#server/http/route.ts";

/** 200 when pages, database and any worker are up, else 503. Names of checks only: this page needs no sign-in. */
export async function readiness(db: Db, isPagesReady: boolean): Promise<HttpAnswer> {
  const checks = { pages: isPagesReady, database: false, worker: false };
  try {
    const [fresh] = await db
      .select({ name: processes.name })
      .from(processes)
      .where(and(eq(processes.kind, "worker"), isFresh))
      .limit(1);
    checks.database = true;
    checks.worker = fresh !== undefined;
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
