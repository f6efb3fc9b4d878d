import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { exactly, type ServiceSubject, sparse } from "./line-parts.ts";

const deploymentsAtOnce = 500;

type DeploymentRow = { id: number } & Record<string, unknown>;

/** Production deployments with what they brought and broke, as the product has them, the oldest rows first. */
export async function* deploymentLines(ctx: Ctx, { id }: ServiceSubject): AsyncGenerator<object[]> {
  let after = 0;
  for (;;) {
    const rows = await readDeployments(ctx, id, after);
    if (rows.length === 0) return;
    after = rows.at(-1)?.id ?? after;
    const ids = rows.map((row) => row.id);
    yield rows.map(({ id: _, ...row }) => ({ type: "deployment", ...sparse(row) }));
    yield await changeLines(ctx, ids);
    yield await failureLines(ctx, ids);
  }
}

async function readDeployments(ctx: Ctx, serviceId: string, after: number): Promise<DeploymentRow[]> {
  const rows = await ctx.db.execute<DeploymentRow>(sql`
    select d.id::float8 as id, d.source_key as key, d.environment, d.sha, ${exactly(sql`d.created_at`)} as "createdAt",
      ${exactly(sql`d.succeeded_at`)} as "succeededAt", ${exactly(sql`d.failed_at`)} as "failedAt",
      ${exactly(sql`d.broke_at`)} as "brokeAt", ${exactly(sql`coalesce(c.committed_at, c.authored_at)`)} as "committedAt",
      (select jsonb_agg(jsonb_build_object('environment', p ->> 'environment', 'key', p ->> 'key',
        'succeededAt', ${exactly(sql`(p ->> 'succeededAt')::timestamptz`)}) order by n)
        from jsonb_array_elements(d.parts) with ordinality as parts(p, n)) as regions,
      d.is_excluded as excluded, d.kind, d.attribution, d.fail_state as "failState", d.rework_signs as "reworkSigns",
      d.reworked_at is not null as reworked
    from service_deployments d
    left join commits c on c.repository_id = d.repository_id and c.sha = d.sha
    where d.service_id = ${serviceId} and d.tier = 'production' and d.id > ${after}
    order by d.id limit ${deploymentsAtOnce}`);
  return [...rows];
}

type ChangeRow = {
  coding: number | null;
  pickup: number | null;
  review: number | null;
  deploy: number | null;
  leadSeconds: number;
} & Record<string, unknown>;

async function changeLines(ctx: Ctx, ids: readonly number[]): Promise<object[]> {
  const rows = await ctx.db.execute<ChangeRow>(sql`
    select d.source_key as deployment, c.key as unit, c.sha, ${exactly(sql`c.started_at`)} as "startedAt",
      c.started_by as "startedBy", c.lead_seconds as "leadSeconds", c.coding_seconds as coding,
      c.pickup_seconds as pickup, c.review_seconds as review, c.deploy_seconds as deploy,
      c.was_clamped as clamped, c.is_bot as bot
    from deployment_changes c join service_deployments d on d.id = c.deployment_id
    where c.deployment_id = any(${sql.param([...ids])}::bigint[]) order by c.deployment_id, c.key`);
  return rows.map(({ coding, pickup, review, deploy, ...row }) => ({
    type: "change",
    ...sparse({ ...row, stages: coding === null ? null : { coding, pickup, review, deploy } }),
  }));
}

type FailureRow = {
  signal: string;
  revert: string | null;
  reverted: string | null;
  revertedAt: string | null;
} & Record<string, unknown>;

/** Titles and texts stay behind: what a sign rests on is named by its key. */
async function failureLines(ctx: Ctx, ids: readonly number[]): Promise<object[]> {
  const rows = await ctx.db.execute<FailureRow>(sql`
    select d.source_key as deployment, f.signal, f.signal_key as key, f.confidence, f.decision,
      ${exactly(sql`f.seen_at`)} as "seenAt", r.source_key as remedy, ${exactly(sql`f.recovered_at`)} as "recoveredAt",
      ${exactly(sql`f.detected_at`)} as "detectedAt", f.evidence ->> 'revert' as revert,
      f.evidence ->> 'reverted' as reverted,
      ${exactly(sql`(f.evidence ->> 'revertedAt')::timestamptz`)} as "revertedAt"
    from deployment_failures f
    join service_deployments d on d.id = f.deployment_id
    left join service_deployments r on r.id = f.remedy_id
    where f.deployment_id = any(${sql.param([...ids])}::bigint[])
    order by f.deployment_id, f.signal, f.signal_key`);
  return rows.map(({ revert, reverted, revertedAt, ...row }) => ({
    type: "failure",
    ...sparse({
      ...row,
      revert:
        row.signal === "revert" && revert && reverted
          ? { commit: revert, takesBack: reverted, at: revertedAt }
          : null,
    }),
  }));
}
