import { sql } from "drizzle-orm";
import type { ImportCursors } from "#db/schema/delivery-import.ts";
import type { Ctx } from "#server/core/context.ts";
import type { Repository } from "./host-facts.ts";
import { holdRun, type ImportRun } from "./import-run.ts";
import { type Rank, turnOf } from "./turns.ts";

/** A repository of the plan, as the run that reads it holds it. */
export type Part = {
  repository: Repository;
  subject: string;
  rank: Rank;
  until: Date;
  reach: Date;
  completeFrom: Date | null;
  slices: number;
  hasNewest: boolean;
  cursors: ImportCursors;
  requests: number;
  attempts: number;
};

type Row = Omit<Part, "repository" | "until" | "reach" | "completeFrom"> &
  Repository & { until: string; reach: string; completeFrom: string | null };

/** Takes the next repository whose turn it is, but those that this very run has in hand; null where none is due. */
export async function takePart(ctx: Ctx, run: ImportRun, inHand: readonly string[]): Promise<Part | null> {
  // The lock keeps a stop from coming between its look at the run and the repository, which would stay "running" for ever.
  const [row] = await ctx.db.execute<Row>(sql`
    with held as (select from history_imports i where i.connection_id = ${run.connectionId} and i.run = ${run.run}
      and i.state = 'running' for share)
    update history_repositories h set state = 'running', next_try_at = null
    from source_repositories r
    where r.id = h.repository_id and h.repository_id = (
      select n.repository_id from history_repositories n
      where n.connection_id = ${run.connectionId} and n.state in ('waiting', 'running')
        and (n.next_try_at is null or n.next_try_at <= ${ctx.now().toISOString()}::timestamptz)
        and n.repository_id <> all(${sql.param([...inHand])}::uuid[])
      order by n.turn, n.position limit 1)
      and exists (select from held)
    returning r.id, r.external_id as "externalId", r.full_name as "fullName", r.url,
      r.default_branch as "defaultBranch", h.subject, h.rank, h.until_at as until, h.reach_at as reach,
      h.complete_from as "completeFrom", h.slices, h.has_newest as "hasNewest", h.cursors, h.requests, h.attempts`);
  if (!row) return null;
  const { id, externalId, fullName, url, defaultBranch, ...rest } = row;
  return {
    ...rest,
    repository: { id, externalId, fullName, url, defaultBranch },
    until: new Date(row.until),
    reach: new Date(row.reach),
    completeFrom: row.completeFrom === null ? null : new Date(row.completeFrom),
  };
}

/** Writes down, in the transaction of what was read, how far that came. */
export async function keepCursors(tx: Ctx, run: ImportRun, part: Part): Promise<void> {
  await holdRun(tx, run);
  await tx.db.execute(sql`
    update history_repositories set cursors = ${JSON.stringify(part.cursors)}::jsonb, requests = ${part.requests}
    where repository_id = ${part.repository.id}`);
}

/** The newest deployment was looked at: its turn for the whole slice comes later. */
export async function keepNewest(tx: Ctx, run: ImportRun, part: Part): Promise<void> {
  await holdRun(tx, run);
  await tx.db.execute(sql`
    update history_repositories set has_newest = true, state = 'waiting', requests = ${part.requests},
      turn = ${turnOf({ ...part, hasNewest: true })}, attempts = 0, failure = null
    where repository_id = ${part.repository.id}`);
}

/** A slice is whole: from `from` on everything was read. */
export async function keepSlice(
  tx: Ctx,
  run: ImportRun,
  part: Part,
  whole: { from: Date; to: Date; trouble: string | null },
): Promise<void> {
  await holdRun(tx, run);
  // What was only tried again is no slice more.
  const slices = part.slices + (whole.from < whole.to ? 1 : 0);
  const isDone = whole.from <= part.reach;
  const at = tx.now().toISOString();
  await tx.db.execute(sql`
    update history_repositories set complete_from = ${whole.from.toISOString()}::timestamptz, slices = ${slices},
      has_newest = true, state = ${isDone ? "done" : "waiting"}, turn = ${turnOf({ ...part, slices, hasNewest: true })},
      cursors = ${JSON.stringify(part.cursors)}::jsonb, requests = ${part.requests},
      first_requests = coalesce(first_requests, ${part.requests}), attempts = 0, failure = ${whole.trouble},
      failed_at = case when ${whole.trouble}::text is null then null else ${at}::timestamptz end,
      done_at = case when ${isDone} then ${at}::timestamptz end
    where repository_id = ${part.repository.id}`);
}

/** It cannot be read now: again later, for good until somebody has it tried again, or not at all. */
export async function keepTrouble(
  ctx: Ctx,
  run: ImportRun,
  part: Part,
  trouble: { state: "waiting" | "failed" | "gone"; failure: string; nextTryAt: Date | null },
): Promise<void> {
  await ctx.db.execute(sql`
    update history_repositories set state = ${trouble.state}, failure = ${trouble.failure},
      failed_at = ${ctx.now().toISOString()}::timestamptz, attempts = ${part.attempts + 1},
      next_try_at = ${trouble.nextTryAt?.toISOString() ?? null}::timestamptz, requests = ${part.requests}
    where repository_id = ${part.repository.id}
      and exists (select from history_imports i where i.connection_id = ${run.connectionId} and i.run = ${run.run})`);
}

/** It was interrupted through no fault of its own: it goes on where it is. */
export async function leavePart(ctx: Ctx, part: Part): Promise<void> {
  await ctx.db.execute(sql`
    update history_repositories set state = 'waiting', requests = ${part.requests}
    where repository_id = ${part.repository.id} and state = 'running'`);
}
