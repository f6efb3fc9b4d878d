import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { type Metric, metrics } from "./model.ts";
import { type Options, openDisputes, wholeOf } from "./parts.ts";
import { deploymentsIn, failuresIn } from "./rows.ts";
import { type ScopeService, serviceRows } from "./scope.ts";
import type { Span } from "./window.ts";

export type Disputed = Readonly<Record<Metric, number>>;

const none: Disputed = {
  frequency: 0,
  leadTime: 0,
  changeFailRate: 0,
  recovery: 0,
  rework: 0,
  failedRollouts: 0,
};

/** How many of the deployments that each figure of a window rests on somebody disputes. Nearly always that is none. */
export async function countDisputed(
  ctx: Ctx,
  services: readonly ScopeService[],
  span: Span,
  options: Options,
): Promise<Disputed> {
  if (services.length === 0) return none;
  const open = await ctx.db.execute<{ id: string }>(sql`
    ${openDisputes} and o.service_id in (select s.service_id from ${serviceRows(services)})`);
  if (open.length === 0) return none;
  const ids = sql`any(${sql.param(open.map(({ id }) => id))}::bigint[])`;
  const ofDeployments = metrics.filter((metric) => wholeOf(metric, options).kind === "deployment");
  const columns = ofDeployments.map(
    (metric) =>
      sql`(count(*) filter (where ${wholeOf(metric, options).condition}))::int as ${sql.identifier(metric)}`,
  );
  const [[counted], [failed]] = await Promise.all([
    ctx.db.execute<Partial<Record<Metric, number>>>(sql`
      select ${sql.join(columns, sql`, `)} from ${deploymentsIn(services, [span])} where d.id = ${ids}`),
    ctx.db.execute<{ recovery: number }>(sql`
      select count(*)::int as recovery from ${failuresIn(services, [span], options)} where x.id = ${ids}`),
  ]);
  return { ...none, ...counted, ...failed };
}
