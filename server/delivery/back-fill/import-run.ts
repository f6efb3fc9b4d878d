import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { usualReachDays } from "./model.ts";

/** The run that may write; another one, or a person who stopped it, ends it at its next step. */
export type ImportRun = { connectionId: string; run: number; reachDays: number };

/** Somebody stopped the import, or another process has taken it over. */
export class ImportStopped extends Error {
  override name = "ImportStopped";
}

/** It has run for long enough at a stretch: it goes on in a new job. */
export class ImportYields extends Error {
  override name = "ImportYields";
}

/** Takes the import of a connection, made where there is none. Null where somebody stopped it. */
export async function claimImport(
  ctx: Ctx,
  connectionId: string,
  reachDays: number = usualReachDays,
): Promise<ImportRun | null> {
  const at = ctx.now().toISOString();
  const [row] = await ctx.db.execute<{ run: number; reachDays: number }>(sql`
    insert into history_imports as i (connection_id, state, reach_days, run, started_at, heartbeat_at)
    select c.id, 'running', ${reachDays}, 1, ${at}::timestamptz, ${at}::timestamptz from connections c where c.id = ${connectionId}
    on conflict (connection_id) do update set run = i.run + 1, resume_at = null, failure = null,
      heartbeat_at = excluded.heartbeat_at, state = 'running', started_at = case when i.state = 'done' then i.started_at else coalesce(i.started_at, excluded.started_at) end
    where i.state <> 'cancelled'
    returning run, reach_days as "reachDays"`);
  return row ? { connectionId, ...row } : null;
}

/** In the transaction of a write: throws when the run is no longer the one that may. Many may hold it side by side. */
export async function holdRun(tx: Ctx, { connectionId, run }: ImportRun): Promise<void> {
  const rows = await tx.db.execute(sql`
    select 1 from history_imports where connection_id = ${connectionId} and run = ${run} and state = 'running'
    for share`);
  if (rows.length === 0) throw new ImportStopped("The import was stopped");
}

/** Ends the run, unless it is another one's by now. */
export async function endRun(
  ctx: Ctx,
  { connectionId, run }: ImportRun,
  end:
    | { state: "done" }
    | { state: "waiting" }
    | { state: "paused"; failure: string | null; resumeAt: Date | null },
): Promise<boolean> {
  const isPaused = end.state === "paused";
  const resumeAt = isPaused ? (end.resumeAt?.toISOString() ?? null) : null;
  const rows = await ctx.db.execute(sql`
    update history_imports set state = ${end.state}, failure = ${isPaused ? end.failure : null},
      resume_at = ${resumeAt}::timestamptz,
      completed_at = case when ${end.state} = 'done' then ${ctx.now().toISOString()}::timestamptz else completed_at end
    where connection_id = ${connectionId} and run = ${run} and state = 'running' returning 1`);
  return rows.length > 0;
}

export type Meter = { count: (requests: number) => void; flush: () => Promise<void> };

/** Counts requests and the time that they took all together; written down every other second. */
export function openMeter(ctx: Ctx, { connectionId, run }: ImportRun): Meter {
  let requests = 0;
  let since = performance.now();
  const flush = async () => {
    const [counted, ms] = [requests, Math.round(performance.now() - since)];
    requests = 0;
    since = performance.now();
    if (ms === 0 && counted === 0) return;
    await ctx.db.execute(sql`
      update history_imports set requests = requests + ${counted}, active_ms = active_ms + ${ms},
        heartbeat_at = ${ctx.now().toISOString()}::timestamptz
      where connection_id = ${connectionId} and run = ${run}`);
  };
  return {
    count: (more) => {
      requests += more;
    },
    flush,
  };
}
