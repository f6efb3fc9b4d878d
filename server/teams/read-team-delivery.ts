import { sql } from "drizzle-orm";
import { knownRef } from "#server/catalog/reads/links.ts";
import { isVisible } from "#server/catalog/visible-entities.ts";
import type { Ctx } from "#server/core/context.ts";
import {
  deploymentOfScope,
  incidentOfScope,
  readServices,
  scopeRows,
} from "#server/delivery/reads/service-scopes.ts";
import { groupsBelow } from "./groups-below.ts";
import type { OwnedBy } from "./inputs.ts";
import { deliveryDays, type TeamDelivery } from "./model.ts";

/** A deployment of two Components at once counts once. Owned is what stands so now, also by teams below. */
export async function readTeamDelivery(ctx: Ctx, input: OwnedBy): Promise<TeamDelivery> {
  const components = await ctx.db.execute<{ ref: string }>(sql`
    ${groupsBelow(knownRef(input.ref), true)}
    select e.ref from entities e
    where e.owner_ref in (select ref from below) and e.kind_key = 'component' and e.file_gone_at is null
      and ${isVisible(ctx.actor)} order by e.ref limit 2000`);
  const services = await readServices(
    ctx,
    components.map(({ ref }) => ref),
  );
  const scopes = services.flatMap((service) => service.scopes);
  if (scopes.length === 0)
    return { services: components.length, deployments: 0, failed: 0, openIncidents: 0 };
  const since = new Date(ctx.now().getTime() - deliveryDays * 86_400_000).toISOString();
  const [counted] = await ctx.db.execute<Omit<TeamDelivery, "services">>(sql`
    select (select count(distinct (d.repository_id, d.number))::int from ${scopeRows(scopes)} join deployments d on ${deploymentOfScope}
        where d.tier = 'production' and d.at >= ${since}::timestamptz and d.outcome = 'success') as deployments,
      (select count(distinct (d.repository_id, d.number))::int from ${scopeRows(scopes)} join deployments d on ${deploymentOfScope}
        where d.tier = 'production' and d.at >= ${since}::timestamptz
          and (d.outcome = 'failure' or d.last_failed_at > d.succeeded_at)) as failed,
      (select count(distinct (i.repository_id, i.number))::int from ${scopeRows(scopes)} join incidents i on ${incidentOfScope}
        where i.closed_at is null) as "openIncidents"`);
  return { services: components.length, ...(counted ?? { deployments: 0, failed: 0, openIncidents: 0 }) };
}
