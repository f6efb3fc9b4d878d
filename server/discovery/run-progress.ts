import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { DomainError } from "#server/core/errors.ts";
import type { DiscoveryStep } from "./model.ts";

/** A run that is silent for longer is taken over. */
export const silentSeconds = 30;
const progressEveryMs = 400;

/** Somebody stopped it, or another process has taken it over. */
export class DiscoveryStopped extends DomainError {
  constructor() {
    super("conflict", "The search was stopped");
  }
}

export type RunClaim = { connectionId: string; run: number; step: DiscoveryStep; passStartedAt: Date };

/**
 * Takes the run of a connection: a new pass, or the one that was left off. Null where another process is at it, or where
 * the host's limit says to wait.
 */
export async function claimRun(ctx: Ctx, connectionId: string): Promise<RunClaim | null> {
  const at = ctx.now().toISOString();
  const [row] = await ctx.db.execute<{ run: number; step: DiscoveryStep; passStartedAt: string }>(sql`
    insert into discovery_runs as d (connection_id, state, run, started_at, pass_started_at, heartbeat_at, "cursor")
    values (${connectionId}, 'running', 1, ${at}::timestamptz, ${at}::timestamptz, now(), '{"step":"repositories","after":null}')
    on conflict (connection_id) do update set state = 'running', run = d.run + 1, heartbeat_at = now(),
      started_at = excluded.started_at, is_cancelled = false, resume_at = null,
      pass_started_at = case when d."cursor" is null then excluded.started_at else d.pass_started_at end,
      "cursor" = coalesce(d."cursor", excluded."cursor"),
      done = case when d."cursor" is null then 0 else d.done end,
      total = case when d."cursor" is null then 0 else d.total end,
      failure = case when d."cursor" is null then null else d.failure end
    where not (d.state = 'running' and d.heartbeat_at > now() - make_interval(secs => ${silentSeconds}))
      and not (d.state = 'paused' and d.resume_at > ${at}::timestamptz)
    returning run, "cursor" ->> 'step' as step, pass_started_at as "passStartedAt"`);
  return row
    ? { connectionId, run: row.run, step: row.step, passStartedAt: new Date(row.passStartedAt) }
    : null;
}

export type RunProgress = (step: DiscoveryStep, done: number, total: number) => Promise<void>;

/** Writes how far it is, and throws DiscoveryStopped when the run is no longer its own. */
export function makeRunProgress(ctx: Ctx, claim: RunClaim, signal: AbortSignal): RunProgress {
  const last = { step: "", at: 0 };
  return async (step, done, total) => {
    signal.throwIfAborted();
    const now = performance.now();
    if (step === last.step && now - last.at < progressEveryMs && done < total) return;
    Object.assign(last, { step, at: now });
    const rows = await ctx.db.execute(sql`
      update discovery_runs set step = ${step}, done = ${done}, total = ${total}, heartbeat_at = now(),
        "cursor" = jsonb_build_object('step', ${step}::text, 'after', null)
      where ${mine(claim)} and not is_cancelled returning 1`);
    if (rows.length === 0) throw new DiscoveryStopped();
  };
}

/** Keeps the run from being taken for dead while one step takes long. */
export function keepRunAlive(ctx: Ctx, claim: RunClaim): { stop: () => void } {
  const timer = setInterval(() => {
    ctx.db.execute(sql`update discovery_runs set heartbeat_at = now() where ${mine(claim)}`).catch(() => {});
  }, 5_000);
  return { stop: () => clearInterval(timer) };
}

export const mine = ({ connectionId, run }: RunClaim) =>
  sql`connection_id = ${connectionId} and run = ${run} and state = 'running'`;
