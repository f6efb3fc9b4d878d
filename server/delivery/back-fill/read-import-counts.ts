import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";

export type ImportCounts = { all: number; whole: number; waiting: number; servicesWhole: number };

/** How many repositories of a connection's plan are there, whole, and still to be read. */
export async function countImport(ctx: Ctx, connectionId: string): Promise<ImportCounts> {
  const [row] = await ctx.db.execute<ImportCounts>(sql`
    select count(*)::int as "all", count(*) filter (where state = 'done')::int as whole,
      count(*) filter (where state in ('waiting', 'running'))::int as waiting,
      count(*) filter (where slices > 0 and rank < 2)::int as "servicesWhole"
    from history_repositories where connection_id = ${connectionId}`);
  return row ?? { all: 0, whole: 0, waiting: 0, servicesWhole: 0 };
}

/** When the next repository that did not answer is to be asked again, and what it said. */
export async function nextTry(
  ctx: Ctx,
  connectionId: string,
): Promise<{ at: Date; failure: string | null } | null> {
  const [row] = await ctx.db.execute<{ at: string; failure: string | null }>(sql`
    select coalesce(next_try_at, ${ctx.now().toISOString()}::timestamptz) as at, failure from history_repositories
    where connection_id = ${connectionId} and state in ('waiting', 'running') order by 1 limit 1`);
  return row ? { at: new Date(row.at), failure: row.failure } : null;
}
