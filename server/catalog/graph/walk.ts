import { type SQL, sql } from "drizzle-orm";
import type { Actor } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import { normaliseRef } from "../entity-ref.ts";
import { visibleTo } from "../policy.ts";
import { noSuchEntry } from "../reads/links.ts";
import { isVisible, isVisibleRef } from "../visible-entities.ts";
import type { GraphEdge, GraphNode, GraphRelation } from "./model.ts";

/** Texts as an array parameter; as JSON, because it is one value whatever the number. */
export const among = (texts: readonly string[]): SQL =>
  sql`any(array(select json_array_elements_text(${JSON.stringify(texts)}::json)))`;

/** The same for a second condition on rows that an index found by the first: hashed, not searched one by one. */
export const oneOf = (texts: readonly string[]): SQL =>
  sql`in (select json_array_elements_text(${JSON.stringify(texts)}::json))`;

/**
 * Whether a walk may step onto the end of a relation `r`: a guest's only onto what they see, at every hop, so that
 * nothing hidden is counted, named or passed through.
 */
export const maySteps = (actor: Actor): SQL => isVisibleRef(actor, sql`r.target_ref`) ?? sql`true`;

export type KnownEntry = { ref: string; kindKey: string };

/** Where a walk begins. Throws not found for what the actor may not see. */
export async function knownEntry(ctx: Ctx, text: string): Promise<KnownEntry> {
  const ref = normaliseRef(text);
  const [row] = ref
    ? await ctx.db.execute<KnownEntry>(sql`
        select e.ref, e.kind_key as "kindKey" from entities e where e.ref = ${ref} and ${visibleTo(ctx.actor)}`)
    : [];
  if (!row) throw noSuchEntry(ref ?? text);
  return row;
}

type NodeRow = Omit<GraphNode, "depth" | "isDangling"> & { isKnown: boolean };

/** What is shown of these references, in their order. */
export async function readNodes(
  ctx: Ctx,
  walked: readonly { ref: string; depth: number }[],
): Promise<GraphNode[]> {
  const rows = await ctx.db.execute<NodeRow>(sql`
    select n.ref, coalesce(e.kind, split_part(n.ref, ':', 1)) as kind,
      coalesce(e.name, split_part(n.ref, '/', 2)) as name, e.title, e.type, e.owner_ref as "ownerRef",
      coalesce(o.title, o.name) as "ownerTitle", e.file_gone_at is not null as "isFileGone",
      e.ref is not null as "isKnown"
    from json_array_elements_text(${JSON.stringify(walked.map(({ ref }) => ref))}::json) with ordinality as n(ref, place)
    left join entities e on e.ref = n.ref and ${visibleTo(ctx.actor)}
    left join entities o on o.ref = e.owner_ref and ${isVisible(ctx.actor, sql`o`)}
    order by n.place`);
  return rows.map(({ isKnown, ...row }, index) => ({
    ...row,
    depth: walked[index]?.depth ?? 0,
    isDangling: !isKnown,
  }));
}

/** The relations between these references, each once and in the direction in which it is drawn. */
export async function readEdges(
  ctx: Ctx,
  refs: readonly string[],
  types: readonly GraphRelation[],
): Promise<GraphEdge[]> {
  const rows = await ctx.db.execute<GraphEdge>(sql`
    select distinct r.source_ref as "from", r.target_ref as "to", r.type from entity_relations r
    where r.source_ref = ${among(refs)} and r.target_ref ${oneOf(refs)} and r.type = ${among(types)}
    order by 1, 2, 3`);
  return [...rows];
}
