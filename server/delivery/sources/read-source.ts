import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import type { Refusal } from "#server/core/refusal.ts";
import type { Source } from "#server/delivery/projection/recognise.ts";
import type { OfService } from "./inputs.ts";
import { loadService } from "./load-service.ts";
import { changeSourceRefusal } from "./policy.ts";
import { readStanding } from "./source-rule.ts";

export type ServiceSource = {
  entityRef: string;
  source: Source;
  settings: Record<string, string>;
  pathGlobs: string[];
  rulesVersion: number;
  /** Workflows that ran lately, and branches that they ran on: what the form offers. */
  workflows: { path: string; name: string; runs: number }[];
  branches: string[];
  may: { change: Refusal | null };
};

const recentDays = 180;

/** What counts as a deployment of a service, and what could. */
export async function readSource(ctx: Ctx, input: OfService): Promise<ServiceSource> {
  const service = await loadService(ctx, input.entityRef);
  const { serviceId: _, ...standing } = await readStanding(ctx, service.ref);
  const since = new Date(ctx.now().getTime() - recentDays * 86_400_000).toISOString();
  const recent = sql`from workflow_runs w join repositories r on r.id = w.repository_id
    where (r.slug = ${service.slug} or r.id = ${standing.settings.repositoryId ?? null})
      and w.started_at >= ${since}::timestamptz`;
  const [workflows, branches] = await Promise.all([
    ctx.db.execute<{ path: string; name: string; runs: number }>(sql`
      select coalesce(nullif(w.path, ''), w.workflow) as path, max(w.workflow) as name, count(*)::int as runs ${recent}
        and coalesce(nullif(w.path, ''), w.workflow) <> ''
      group by 1 order by runs desc, path limit 50`),
    ctx.db.execute<{ branch: string }>(sql`
      select w.branch ${recent} and w.branch is not null
      group by 1 order by count(*) desc, w.branch limit 20`),
  ]);
  return {
    entityRef: service.ref,
    ...standing,
    workflows: workflows.map(({ path, name, runs }) => ({ path, name, runs })),
    branches: branches.map(({ branch }) => branch),
    may: { change: changeSourceRefusal(ctx.actor, service) },
  };
}
