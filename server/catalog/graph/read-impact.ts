import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import type { ReadImpact } from "./inputs.ts";
import { type Impact, type ImpactDirection, type ImpactItem, impactLimit, impactShown } from "./model.ts";
import { among, type KnownEntry, knownEntry, maySteps, oneOf, readNodes } from "./walk.ts";

/** Stored relations that lead on to what breaks with an entry, or to what it needs. Parts go with the whole. */
const steps: Readonly<Record<ImpactDirection, readonly string[]>> = {
  breaks: ["dependencyOf", "apiConsumedBy", "providesApi", "hasPart"],
  needs: ["dependsOn", "consumesApi", "apiProvidedBy", "hasPart"],
};

/** A team stands for what it and the teams below it own. */
const teamSteps = ["ownerOf", "parentOf"];

/**
 * Everything that breaks when an entry goes, or everything that it needs, however far away, each with the shortest way
 * to it as evidence. One recursive query finds the set (a reference comes into it once, so cycles end); the ways are then
 * worked out among its relations. Throws not found.
 */
export async function readImpact(ctx: Ctx, input: ReadImpact, shown = impactShown): Promise<Impact> {
  const start = await knownEntry(ctx, input.ref);
  const types =
    start.kindKey === "group" ? [...steps[input.direction], ...teamSteps] : steps[input.direction];
  const refs = await reach(ctx, start, types);
  const isMore = refs.length > impactLimit;
  const kept = refs.slice(0, impactLimit);
  const ways = shortestWays(start.ref, await readSteps(ctx, [start.ref, ...kept], types));
  const walked = kept
    .filter((ref) => ways.has(ref))
    .map((ref) => ({ ref, depth: (ways.get(ref)?.length ?? 1) - 1 }));
  const nodes = await readNodes(ctx, walked);
  const items = nodes.map((node): ImpactItem => ({ ...node, path: ways.get(node.ref) ?? [] })).sort(byOwner);
  return {
    ref: start.ref,
    direction: input.direction,
    total: items.length,
    isMore,
    owners: countOwners(items),
    items: items.slice(0, shown),
  };
}

/** `limit` ends the recursion early: PostgreSQL makes no more rows of it than are asked for. */
async function reach(ctx: Ctx, start: KnownEntry, types: readonly string[]): Promise<string[]> {
  const rows = await ctx.db.execute<{ ref: string }>(sql`
    with recursive reach(ref) as (
      select ${start.ref}::text collate "C"
      union
      select r.target_ref from reach
        join entity_relations r on r.source_ref = reach.ref and r.type = ${among(types)}
      where ${maySteps(ctx.actor)}
    ) select ref from reach limit ${impactLimit + 2}`);
  return rows.map(({ ref }) => ref).filter((ref) => ref !== start.ref);
}

type Step = { from: string; to: string };

async function readSteps(ctx: Ctx, refs: readonly string[], types: readonly string[]): Promise<Step[]> {
  const rows = await ctx.db.execute<Step>(sql`
    select distinct r.source_ref as "from", r.target_ref as "to" from entity_relations r
    where r.source_ref = ${among(refs)} and r.target_ref ${oneOf(refs)} and r.type = ${among(types)}
    order by 1, 2`);
  return [...rows];
}

/** Breadth first from the start; of equally short ways the first by name. */
export function shortestWays(start: string, edges: readonly Step[]): Map<string, string[]> {
  const next = new Map<string, string[]>();
  for (const { from, to } of edges) {
    const known = next.get(from);
    if (known) known.push(to);
    else next.set(from, [to]);
  }
  const ways = new Map<string, string[]>([[start, [start]]]);
  const queue = [start];
  for (let index = 0; index < queue.length; index += 1) {
    const ref = queue[index] ?? "";
    const way = ways.get(ref) ?? [];
    for (const to of next.get(ref) ?? []) {
      if (ways.has(to)) continue;
      ways.set(to, [...way, to]);
      queue.push(to);
    }
  }
  return ways;
}

const byOwner = (a: ImpactItem, b: ImpactItem) =>
  compare(a.ownerRef ?? "\uffff", b.ownerRef ?? "\uffff") || a.depth - b.depth || compare(a.ref, b.ref);
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

function countOwners(items: readonly ImpactItem[]): Impact["owners"] {
  const owners = new Map<string | null, Impact["owners"][number]>();
  for (const { ownerRef, ownerTitle } of items) {
    const known = owners.get(ownerRef);
    if (known) known.count += 1;
    else owners.set(ownerRef, { ref: ownerRef, title: ownerTitle, count: 1 });
  }
  return [...owners.values()].sort((a, b) => b.count - a.count || compare(a.ref ?? "", b.ref ?? ""));
}
