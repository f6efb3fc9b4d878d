import { sql } from "drizzle-orm";
import { readGraph } from "#server/catalog/graph/read-graph.ts";
import { knownEntry, readNodes } from "#server/catalog/graph/walk.ts";
import type { Ctx } from "#server/core/context.ts";
import { visibleServices } from "#server/delivery/policy.ts";
import {
  type RawTimelineDeployment,
  timelineColumns,
  timelineJoins,
  toTimelineDeployment,
} from "#server/delivery/timeline/deployment-rows.ts";
import { readIncidentsBetween } from "#server/delivery/timeline/incidents-between.ts";
import type { TimelineDeployment } from "#server/delivery/timeline/model.ts";
import type { ReadAround } from "./inputs.ts";
import { type Around, type AroundEntry, type AroundItem, mostAroundItems } from "./model.ts";
import { readConfiguration } from "./read-configuration.ts";

const mostEntries = 100;

/**
 * What changed before a moment in an entry and in what it depends on: deployments, catalogue entries, and incidents that
 * began. Nothing hidden is walked through or named. Throws not found.
 */
export async function readAround(ctx: Ctx, input: ReadAround): Promise<Around> {
  const before = input.before ? new Date(input.before) : ctx.now();
  const from = new Date(before.getTime() - input.hours * 3_600_000);
  const { root, entries, isPartial } = await readEntries(ctx, input);
  const depths = new Map(entries.map(({ ref, depth }) => [ref, depth]));
  const refs = entries.map(({ ref }) => ref);
  const limit = mostAroundItems + 1;
  const stretch = { from, to: before, limit };
  const deployments = await readDeployments(ctx, refs, { ...stretch, tier: input.tier });
  const changes = await readConfiguration(ctx, refs, stretch);
  const incidents = await readIncidentsBetween(ctx, refs, stretch);
  const about = (ref: string) => ({ ref, depth: depths.get(ref) ?? 0 });
  const items: AroundItem[] = [
    ...deployments.map((deployment) => ({
      kind: "deployment" as const,
      at: deployment.at,
      ...about(deployment.ref),
      deployment,
    })),
    ...changes.map((change) => ({
      kind: "configuration" as const,
      at: change.at,
      ...about(change.ref),
      change,
    })),
    ...incidents.map((incident) => ({
      kind: "incident" as const,
      at: incident.openedAt,
      ...about(incident.services[0]?.ref ?? root),
      incident,
    })),
  ];
  items.sort((left, right) => right.at.getTime() - left.at.getTime() || left.depth - right.depth);
  return {
    ref: root,
    entries,
    items: items.slice(0, mostAroundItems),
    isMore: items.length > mostAroundItems,
    isPartial,
  };
}

/** The entry and what it needs, the nearest first; names that lead nowhere have no changes. */
async function readEntries(
  ctx: Ctx,
  { ref, depth }: ReadAround,
): Promise<{ root: string; entries: AroundEntry[]; isPartial: boolean }> {
  const { ref: root } = await knownEntry(ctx, ref);
  const graph =
    depth === 0
      ? { nodes: await readNodes(ctx, [{ ref: root, depth: 0 }]), total: 1 }
      : await readGraph(ctx, {
          root,
          depth,
          direction: "needs",
          relation: ["dependsOn", "consumesApi", "providesApi"],
          kind: [],
        });
  const known = graph.nodes.filter(({ isDangling }) => !isDangling);
  return {
    root,
    entries: known.slice(0, mostEntries).map(({ ref: one, kind, name, title, depth: away }) => ({
      ref: one,
      kind,
      name: title ?? name,
      depth: away,
    })),
    isPartial: graph.total > mostEntries,
  };
}

async function readDeployments(
  ctx: Ctx,
  refs: readonly string[],
  { from, to, limit, tier }: { from: Date; to: Date; limit: number; tier: ReadAround["tier"] },
): Promise<TimelineDeployment[]> {
  const rows = await ctx.db.execute<RawTimelineDeployment>(sql`
    with page as materialized (
      select d.* from delivery_services s cross join lateral (
        select d.* from service_deployments d
        where d.service_id = s.id and d.at >= ${from.toISOString()}::timestamptz and d.at < ${to.toISOString()}::timestamptz
          ${tier === "production" ? sql`and d.tier = 'production'` : sql``}
        order by d.at desc, d.id desc limit ${limit}
      ) d
      where s.entity_ref = any(${sql.param([...refs])}::text[])
      order by d.at desc, d.id desc limit ${limit}
    )
    select ${timelineColumns} from page d ${timelineJoins}
    where ${visibleServices(ctx.actor)}
    order by d.at desc, d.id desc`);
  return rows.map(toTimelineDeployment);
}
