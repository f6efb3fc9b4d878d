import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { knownIncidents } from "#server/delivery/projection/known-incidents.ts";
import { readServices } from "#server/delivery/reads/service-scopes.ts";
import type { KnownDeployment } from "./load-deployment.ts";

export type AroundIncident = { key: string; title: string; openedAt: Date; resolvedAt: Date | null };

const most = 30;

/** Incidents of the service that began after the deployment, or were open at it; the nearest first. */
export async function incidentsAround(
  ctx: Ctx,
  { serviceRef, succeededAt }: Pick<KnownDeployment, "serviceRef" | "succeededAt">,
): Promise<AroundIncident[]> {
  if (succeededAt === null) return [];
  const [service] = await readServices(ctx, [serviceRef]);
  const { repositories = [], held = [] } = service ?? {};
  const repositoryIds = repositories.map(({ id }) => id);
  const rows = await ctx.db.execute<{
    key: string;
    title: string;
    openedAt: string;
    resolvedAt: string | null;
  }>(sql`
    select i.key, i.title, i.opened_at as "openedAt", i.resolved_at as "resolvedAt"
    from (${knownIncidents({ entityRef: serviceRef, repositoryIds, held })}) i
    where i.is_valid and coalesce(i.resolved_at, 'infinity') >= ${succeededAt}::timestamptz
    order by abs(extract(epoch from i.opened_at - ${succeededAt}::timestamptz)), i.key limit ${most}`);
  return rows.map((row) => ({
    ...row,
    openedAt: new Date(row.openedAt),
    resolvedAt: row.resolvedAt ? new Date(row.resolvedAt) : null,
  }));
}
