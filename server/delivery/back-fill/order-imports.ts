import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { enqueue } from "#server/core/jobs.ts";
import { importHistoryJobName } from "./import-job-name.ts";

/** A run that is silent for longer has ended with its process. */
const silentSeconds = 60;
const anewHours = 20;

/**
 * Orders the imports that should go on and do not: whose process ended, whose pause is over, and once a day those that are
 * done, for what is new. Connections that an earlier release has read have none yet and get one.
 */
export async function orderImports(ctx: Ctx): Promise<void> {
  const at = ctx.now().getTime();
  const before = (seconds: number) => sql`${new Date(at - seconds * 1000).toISOString()}::timestamptz`;
  const rows = await ctx.db.execute<{ id: string }>(sql`
    select c.id from connections c
    join discovery_runs d on d.connection_id = c.id and d.completed_at is not null
    left join history_imports i on i.connection_id = c.id
    where c.disabled_at is null and c.kind in ('github', 'gitlab') and (
      i.connection_id is null
      or i.state in ('running', 'waiting') and coalesce(i.heartbeat_at, i.started_at) < ${before(silentSeconds)}
      or i.state = 'paused' and coalesce(i.resume_at, i.heartbeat_at, i.started_at) < ${before(silentSeconds)}
      or i.state = 'done' and i.completed_at < ${before(anewHours * 3600)})
    order by c.id`);
  for (const { id } of rows)
    await enqueue(ctx, { name: importHistoryJobName }, { connectionId: id }, { key: id });
}
