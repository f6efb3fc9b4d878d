import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { visibleServices } from "#server/delivery/policy.ts";

/** A service that a name of a file means. */
export type Named = { id: string | null; ref: string; name: string };

type Row = Named & { plain: string; title: string | null; slug: string | null };

/**
 * Which of the Components that the actor may see each name means, by its lower-case text: a reference, a repository
 * (`owner/name`), a name, or a title, in this order. A name that means several means none.
 */
export async function findNamed(ctx: Ctx, names: readonly string[]): Promise<Map<string, Named>> {
  const wanted = [...new Set(names.map((name) => name.toLowerCase()))];
  const asked = sql`any(${sql.param(wanted)}::text[])`;
  const rows = await ctx.db.execute<Row>(sql`
    select v.id, e.ref, coalesce(e.title, e.name) as name, lower(e.name) as plain, lower(e.title) as title,
      e.project_slug as slug
    from entities e left join delivery_services v on v.entity_ref = e.ref
    where e.kind_key = 'component' and e.file_gone_at is null and ${visibleServices(ctx.actor)}
      and (e.ref = ${asked} or e.project_slug = ${asked} or lower(e.name) = ${asked} or lower(e.title) = ${asked})
    order by e.ref`);
  const found = new Map<string, Named>();
  for (const readOf of [
    (row: Row) => row.ref,
    (row: Row) => row.slug,
    (row: Row) => row.plain,
    (row: Row) => row.title,
  ])
    for (const [name, all] of Map.groupBy(rows, readOf)) {
      const [only] = all;
      if (name !== null && only && all.length === 1 && !found.has(name))
        found.set(name, { id: only.id, ref: only.ref, name: only.name });
    }
  return found;
}
