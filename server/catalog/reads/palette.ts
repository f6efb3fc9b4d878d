import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import type { FindForPalette } from "../inputs.ts";
import type { PaletteEntity } from "../model.ts";
import { visibleTo } from "../policy.ts";
import { isVisible } from "../visible-entities.ts";
import { searchFor } from "./filter-entities.ts";

/** The entries that fit best what somebody types, of equal ones the nearer name first; entries whose file is gone come last. */
export async function findEntitiesForPalette(ctx: Ctx, input: FindForPalette): Promise<PaletteEntity[]> {
  const search = await searchFor(ctx, input.query);
  if (!search) return [];
  const rows = await ctx.db.execute<PaletteEntity>(sql`
    with page as materialized (
      select e.ref, e.kind, e.name, e.title, e.description, e.owner_ref,
        row_number() over (
          order by e.file_gone_at is not null, ${search.rank} + similarity(e.name_key, ${input.query.toLowerCase()}) desc,
            e.display_key, e.ref
        ) as place
      from entities e where ${visibleTo(ctx.actor)} and ${search.condition}
      order by place limit ${input.limit}
    )
    select page.ref, page.kind, page.name, page.title, left(page.description, 200) as description,
      coalesce(owner.title, owner.name) as "ownerTitle"
    from page left join entities owner on owner.ref = page.owner_ref
      and ${isVisible(ctx.actor, sql`owner`)} order by page.place`);
  return rows.map(({ ref, kind, name, title, description, ownerTitle }) => ({
    ref,
    kind,
    name,
    title,
    description,
    ownerTitle,
  }));
}
