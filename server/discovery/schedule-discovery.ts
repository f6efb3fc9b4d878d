import { sql } from "drizzle-orm";
import { usualPollMinutes } from "#server/connections/model.ts";
import type { Ctx } from "#server/core/context.ts";
import { enqueue } from "#server/core/jobs.ts";
import { repairMinutes } from "./model.ts";
import { runDiscoveryJobName } from "./run-discovery.ts";
import { silentSeconds } from "./run-progress.ts";

/**
 * Whether a webhook that tells of the whole connection came within the last day: `c` is the connection. The hook of one
 * repository says nothing of the others; of GitLab's hooks only the server's own says that it is none of one project.
 */
export const isTold = sql`exists (
  select 1 from webhook_deliveries w where w.connection_id = c.id and w.received_at > now() - interval '1 day'
    and case c.kind when 'gitlab' then w.event = 'gitlab system'
      else w.headers ->> 'x-github-hook-installation-target-type' is distinct from 'repository' end)`;

/** How often a connection is looked over, in minutes: as an admin says, and less often where webhooks tell of changes. */
export const everyMinutes = sql`case when ${isTold}
  then greatest(${repairMinutes}, coalesce((c.settings ->> 'pollMinutes')::numeric, ${usualPollMinutes}))
  else coalesce((c.settings ->> 'pollMinutes')::numeric, ${usualPollMinutes}) end`;

/** Connections that can be read with: hosts of repositories that are on and have credentials. */
export const isReadable = sql`c.kind in ('github', 'gitlab') and c.disabled_at is null and not c.is_demo
  and exists (select 1 from connection_secrets s
    where s.connection_id = c.id and s.purpose in ('token', 'private-key') and s.retired_at is null)`;

/** Readers that a former release listed without their numbers let nobody in, so they are asked for soon. */
const lacksNumbers = sql`exists (
  select 1 from source_repositories r join repository_readers rr on rr.repository_id = r.id and rr.external_id is null
  where r.connection_id = c.id and r.visibility = 'private' and r.gone_at is null)`;

/** Has every connection looked over whose time has come, and those go on whose process or pause is over. */
export async function scheduleDiscovery(ctx: Ctx): Promise<void> {
  const due = await ctx.db.execute<{ id: string }>(sql`
    select c.id from connections c left join discovery_runs d on d.connection_id = c.id
    where ${isReadable} and case
      when d.connection_id is null or d.started_at is null then true
      when d.state = 'running' then d.heartbeat_at < now() - make_interval(secs => ${silentSeconds})
      when d.state = 'paused' then d.resume_at < now()
      else greatest(d.completed_at, d.started_at) < now() - case when ${lacksNumbers} then interval '2 minutes'
        else make_interval(mins => (${everyMinutes})::int) end end`);
  for (const { id } of due)
    await enqueue(ctx, { name: runDiscoveryJobName }, { connectionId: id }, { key: id });
}
