import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import type { ReadGraph } from "./inputs.ts";
import { type Graph, type GraphRelation, graphLimits, graphRelations, needsRelation } from "./model.ts";
import { among, knownEntry, maySteps, readEdges, readNodes } from "./walk.ts";

/**
 * What is around an entry, up to a depth. One query a step, and a reference is stepped on once, so that cycles end and the
 * time grows with the relations walked (a recursive query would come back to the same entries at each depth). Throws not
 * found.
 */
export async function readGraph(ctx: Ctx, input: ReadGraph): Promise<Graph> {
  const { ref: root } = await knownEntry(ctx, input.root);
  const relations = input.relation.length > 0 ? (input.relation as GraphRelation[]) : [...graphRelations];
  const { walked, isMore } = await walk(ctx, root, relations, input);
  const shown = walked.slice(0, graphLimits.nodes);
  const nodes = await readNodes(ctx, shown);
  const edges = await readEdges(
    ctx,
    shown.map(({ ref }) => ref),
    relations,
  );
  return { root, nodes, edges, total: walked.length, isMore };
}

type Walked = { ref: string; depth: number };

/** The nearest first, and by reference where they are equally near. */
async function walk(
  ctx: Ctx,
  root: string,
  relations: readonly GraphRelation[],
  input: ReadGraph,
): Promise<{ walked: Walked[]; isMore: boolean }> {
  const steps = stepsOf(relations, input.direction);
  const kinds = input.kind.map((kind) => kind.toLowerCase());
  // Other kinds are neither shown nor walked through.
  const ofKind = kinds.length === 0 ? sql`true` : sql`split_part(r.target_ref, ':', 1) = ${among(kinds)}`;
  const walked: Walked[] = [{ ref: root, depth: 0 }];
  const seen = new Set([root]);
  let frontier = [root];
  for (let depth = 1; depth <= input.depth && frontier.length > 0; depth += 1) {
    const rows = await ctx.db.execute<{ ref: string }>(sql`
      select distinct r.target_ref as ref from entity_relations r
      where r.source_ref = ${among(frontier)} and r.type = ${among(steps)} and ${maySteps(ctx.actor)} and ${ofKind}
      order by 1`);
    frontier = rows.map(({ ref }) => ref).filter((ref) => !seen.has(ref));
    for (const ref of frontier) {
      if (walked.length >= graphLimits.walked) return { walked, isMore: true };
      seen.add(ref);
      walked.push({ ref, depth });
    }
  }
  return { walked, isMore: false };
}

function stepsOf(relations: readonly GraphRelation[], direction: ReadGraph["direction"]): string[] {
  return relations.flatMap((relation) => {
    const { needs, neededBy } = needsRelation[relation];
    if (direction === "both") return [needs, neededBy];
    return [direction === "needs" ? needs : neededBy];
  });
}
