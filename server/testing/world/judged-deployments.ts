import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { disputeDeployment } from "#server/delivery/decisions/dispute-deployment.ts";
import { excludeDeployment } from "#server/delivery/decisions/exclude-deployment.ts";

export type JudgedWorld = {
  /** Of our service: one that counts, one that is left out, one that is disputed. */
  counted: number;
  excluded: number;
  disputed: number;
  /** A failure that is suggested for the first. */
  suggestion: number;
};

/** Deployments of our service as a projection leaves them, with what was said of them by its verbs. */
export async function judgeSomething(ctx: Ctx, ref: string): Promise<JudgedWorld> {
  const ids: number[] = [];
  for (const name of ["counted", "excluded", "disputed"]) {
    const [row] = await ctx.db.execute<{ id: number }>(sql`
      with service as (
        insert into delivery_services (entity_ref) values (${ref})
        on conflict (entity_ref) do update set entity_ref = excluded.entity_ref returning id
      )
      insert into service_deployments (service_id, tier, source, source_key, environment, created_at, succeeded_at, kind,
        attribution, definition)
      select id, 'production', 'reported', ${name}, 'production', '2026-02-03T04:05:06Z', '2026-02-03T04:05:06Z', 'forward',
        'complete', 1
      from service returning id::float8 as id`);
    ids.push(row?.id ?? 0);
  }
  const [counted = 0, excluded = 0, disputed = 0] = ids;
  const [failure] = await ctx.db.execute<{ id: number }>(sql`
    insert into deployment_failures (deployment_id, service_id, signal, signal_key, confidence, seen_at, evidence)
    select id, service_id, 'hotfix', 'pull:1', 'suggested', at, '{"pullRequest": 1}' from service_deployments
    where id = ${counted} returning id::float8 as id`);
  await excludeDeployment(ctx, { id: excluded, reason: "It was a test" });
  await disputeDeployment(ctx, { id: disputed, reason: "It was somebody else's" });
  return { counted, excluded, disputed, suggestion: failure?.id ?? 0 };
}
