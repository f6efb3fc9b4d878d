import { sql } from "drizzle-orm";
import { isVisible } from "#server/catalog/visible-entities.ts";
import type { Ctx } from "#server/core/context.ts";
import { notFound } from "#server/core/errors.ts";

/** A deployment of a service, as far as decisions need it. */
export type KnownDeployment = {
  id: number;
  serviceId: string;
  serviceRef: string;
  ownerRef: string | null;
  isDemo: boolean;
  tier: string;
  source: string;
  sourceKey: string;
  environment: string;
  sha: string | null;
  at: string;
  succeededAt: string | null;
  isExcluded: boolean;
};

const columns = sql`d.id::float8 as id, v.id as "serviceId", v.entity_ref as "serviceRef", e.owner_ref as "ownerRef",
  v.is_demo as "isDemo", d.tier, d.source, d.source_key as "sourceKey", d.environment, d.sha, d.at,
  d.succeeded_at as "succeededAt", d.is_excluded as "isExcluded"`;

/** Those of these deployments that the actor may see, in the order of their ids. */
export async function findDeployments(ctx: Ctx, ids: readonly number[]): Promise<KnownDeployment[]> {
  if (ids.length === 0) return [];
  return ctx.db.execute<KnownDeployment>(sql`
    select ${columns} from service_deployments d join delivery_services v on v.id = d.service_id
    join entities e on e.ref = v.entity_ref
    where d.id = any(${sql.param([...ids])}::bigint[]) and ${isVisible(ctx.actor)} order by d.id`);
}

/** Throws not found, also for what the actor may not see. */
export async function loadDeployment(ctx: Ctx, id: number): Promise<KnownDeployment> {
  const [row] = await findDeployments(ctx, [id]);
  if (!row) throw notFound("There is no such deployment any more: its service or its source has changed");
  return row;
}
