import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import {
  byPlace,
  exactly,
  type LinesByPlace,
  pageOf,
  type ServiceSubject,
  sparse,
  subjectRows,
} from "./line-parts.ts";
import { rowsAtOnce } from "./pack-services.ts";

type DeploymentRow = { n: number; id: number } & Record<string, unknown>;

/** Production deployments with what they brought and broke, as the product has them, the oldest rows first. */
export async function* deploymentLines(
  ctx: Ctx,
  subjects: readonly ServiceSubject[],
): AsyncGenerator<LinesByPlace> {
  let after = 0;
  for (;;) {
    const rows = await readDeployments(ctx, subjects, after);
    if (rows.length === 0) return;
    after = rows.at(-1)?.id ?? after;
    yield byPlace(subjects, rows).map((own) =>
      own.map(({ n: _, id: __, ...row }) => ({ type: "deployment", ...sparse(row) })),
    );
    const places = new Map(rows.map(({ id, n }) => [id, n]));
    yield await changeLines(ctx, subjects, places);
    yield await failureLines(ctx, subjects, places);
    if (subjects.length > 1 || rows.length < rowsAtOnce.deployments) return;
  }
}

async function readDeployments(
  ctx: Ctx,
  subjects: readonly ServiceSubject[],
  after: number,
): Promise<DeploymentRow[]> {
  const rows = await ctx.db.execute<DeploymentRow>(sql`
    select d.n, d.id::float8 as id, d.source_key as key, d.environment, d.sha, ${exactly(sql`d.created_at`)} as "createdAt",
      ${exactly(sql`d.succeeded_at`)} as "succeededAt", ${exactly(sql`d.failed_at`)} as "failedAt",
      ${exactly(sql`d.broke_at`)} as "brokeAt", ${exactly(sql`coalesce(c.committed_at, c.authored_at)`)} as "committedAt",
      (select jsonb_agg(jsonb_build_object('environment', p ->> 'environment', 'key', p ->> 'key',
        'succeededAt', ${exactly(sql`(p ->> 'succeededAt')::timestamptz`)}) order by n)
        from jsonb_array_elements(d.parts) with ordinality as parts(p, n)) as regions,
      d.is_excluded as excluded, d.kind, d.attribution, d.fail_state as "failState", d.rework_signs as "reworkSigns",
      d.reworked_at is not null as reworked
    from (
      select s.n, d.* from ${subjectRows(subjects)}
      join service_deployments d on d.service_id = s.id and d.tier = 'production' and d.id > ${after}
      order by s.n, d.id ${pageOf(subjects, rowsAtOnce.deployments)}
    ) d
    left join commits c on c.repository_id = d.repository_id and c.sha = d.sha
    order by d.n, d.id`);
  return [...rows];
}

/** By the deployment's id, the place of its service. */
type Places = ReadonlyMap<number, number>;

const idsOf = (places: Places) => sql`any(${sql.param([...places.keys()])}::bigint[])`;

function linesOf<Row extends { id: number }>(
  subjects: readonly ServiceSubject[],
  places: Places,
  rows: readonly Row[],
  toLine: (row: Omit<Row, "id">) => object,
): LinesByPlace {
  const placed = rows.map(({ id, ...row }) => ({ n: places.get(id) ?? -1, row }));
  return byPlace(subjects, placed).map((own) => own.map(({ row }) => toLine(row)));
}

type ChangeRow = {
  id: number;
  coding: number | null;
  pickup: number | null;
  review: number | null;
  deploy: number | null;
} & Record<string, unknown>;

async function changeLines(
  ctx: Ctx,
  subjects: readonly ServiceSubject[],
  places: Places,
): Promise<LinesByPlace> {
  const rows = await ctx.db.execute<ChangeRow>(sql`
    select d.id::float8 as id, d.source_key as deployment, c.key as unit, c.sha, ${exactly(sql`c.started_at`)} as "startedAt",
      c.started_by as "startedBy", c.lead_seconds as "leadSeconds", c.coding_seconds as coding,
      c.pickup_seconds as pickup, c.review_seconds as review, c.deploy_seconds as deploy,
      c.was_clamped as clamped, c.is_bot as bot
    from deployment_changes c join service_deployments d on d.id = c.deployment_id
    where c.deployment_id = ${idsOf(places)} order by c.deployment_id, c.key`);
  return linesOf(subjects, places, rows, ({ coding, pickup, review, deploy, ...row }) => ({
    type: "change",
    ...sparse({ ...row, stages: coding === null ? null : { coding, pickup, review, deploy } }),
  }));
}

type FailureRow = {
  id: number;
  signal: string;
  revert: string | null;
  reverted: string | null;
  revertedAt: string | null;
} & Record<string, unknown>;

/** Titles and texts stay behind: what a sign rests on is named by its key. */
async function failureLines(
  ctx: Ctx,
  subjects: readonly ServiceSubject[],
  places: Places,
): Promise<LinesByPlace> {
  const rows = await ctx.db.execute<FailureRow>(sql`
    select d.id::float8 as id, d.source_key as deployment, f.signal, f.signal_key as key, f.confidence, f.decision,
      ${exactly(sql`f.seen_at`)} as "seenAt", r.source_key as remedy, ${exactly(sql`f.recovered_at`)} as "recoveredAt",
      ${exactly(sql`f.detected_at`)} as "detectedAt", f.evidence ->> 'revert' as revert,
      f.evidence ->> 'reverted' as reverted,
      ${exactly(sql`(f.evidence ->> 'revertedAt')::timestamptz`)} as "revertedAt"
    from deployment_failures f
    join service_deployments d on d.id = f.deployment_id
    left join service_deployments r on r.id = f.remedy_id
    where f.deployment_id = ${idsOf(places)}
    order by f.deployment_id, f.signal, f.signal_key`);
  return linesOf(subjects, places, rows, ({ revert, reverted, revertedAt, ...row }) => ({
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
