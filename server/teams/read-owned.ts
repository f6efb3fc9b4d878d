import { sql } from "drizzle-orm";
import { knownRef } from "#server/catalog/reads/links.ts";
import {
  type ItemRow,
  itemColumns,
  itemJoins,
  itemOf,
  ownColumns,
} from "#server/catalog/reads/list-items.ts";
import { isVisible } from "#server/catalog/visible-entities.ts";
import type { Ctx } from "#server/core/context.ts";
import { readLastDeployments } from "#server/delivery/reads/deployments.ts";
import { readOpenIncidents } from "#server/delivery/reads/incidents.ts";
import { groupsBelow } from "./groups-below.ts";
import { OwnedBy } from "./inputs.ts";
import { mostOwned, type OwnedThings } from "./model.ts";

/**
 * What a Group or User owns, Components first, the first 100 by name with how many there are. Of a Group by default also
 * what the groups below it own. Only what the actor may see is shown and counted.
 */
export async function readOwned(ctx: Ctx, raw: OwnedBy): Promise<OwnedThings> {
  const input = OwnedBy.parse(raw);
  const ref = knownRef(input.ref);
  const owners = groupsBelow(ref, input.withBelow);
  const owned = sql`e.owner_ref in (select ref from below) and e.file_gone_at is null and ${isVisible(ctx.actor)}`;
  const [rows, kinds] = await Promise.all([
    ctx.db.execute<ItemRow>(sql`
      ${owners}, page as materialized (
        select ${ownColumns}, e.kind_key from entities e where ${owned}
        order by e.kind_key <> 'component', e.kind_key, e.display_key, e.ref limit ${mostOwned}
      )
      select ${itemColumns(ctx.actor)} from page ${itemJoins(ctx.actor)}
      order by page.kind_key <> 'component', page.kind_key, page.display_key, page.ref`),
    ctx.db.execute<{ kind: string; total: number }>(sql`
      ${owners} select min(e.kind) as kind, count(*)::int as total from entities e where ${owned}
      group by e.kind_key order by e.kind_key <> 'component', count(*) desc`),
  ]);
  const items = rows.map(itemOf);
  const refs = items.filter(({ kind }) => kind.toLowerCase() === "component").map((item) => item.ref);
  const [last, open] = await Promise.all([
    readLastDeployments(ctx, { refs }),
    readOpenIncidents(ctx, { refs }),
  ]);
  const deployedAt = new Map(last.map((row) => [row.ref, row.deployment.at]));
  const incidents = new Map(open.map((row) => [row.ref, row.incidents.length]));
  return {
    items: items.map((item) => ({
      ...item,
      lastDeployedAt: deployedAt.get(item.ref) ?? null,
      openIncidents: incidents.get(item.ref) ?? 0,
      isBelow: item.ownerRef !== ref,
    })),
    total: kinds.reduce((sum, { total }) => sum + total, 0),
    byKind: [...kinds],
  };
}
