import { type SQL, sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import type { EntityFilter } from "../inputs.ts";
import { type EntityFacets, type FacetName, type FacetValue, facetNames, flagNames } from "../model.ts";
import { visibleTo } from "../policy.ts";
import { isVisible } from "../visible-entities.ts";
import { allOf, conditionOfFacet, flagCondition, searchFor } from "./filter-entities.ts";

const maxValues = 200;

/** Value and label of each facet on `base e`; tags are unfolded from a list. */
const facetSources: Readonly<Record<FacetName, { value: SQL; label: SQL; from: SQL }>> = {
  kind: { value: sql`e.kind_key`, label: sql`min(e.kind)`, from: sql`base e` },
  type: { value: sql`e.type_key`, label: sql`min(e.type)`, from: sql`base e` },
  lifecycle: { value: sql`e.lifecycle_key`, label: sql`min(e.lifecycle)`, from: sql`base e` },
  owner: { value: sql`e.owner_ref`, label: sql`null`, from: sql`base e` },
  system: { value: sql`e.system_ref`, label: sql`null`, from: sql`base e` },
  tag: { value: sql`tag`, label: sql`tag`, from: sql`base e, unnest(e.tags) as tag` },
};

type Row = { facet: FacetName | "flag"; value: string; label: string | null; count: number };

/**
 * How many entries each value of each facet has, under all other filters but its own: what choosing it would show.
 * The entries are read once; the counts are made from that.
 */
export async function readEntityFacets(ctx: Ctx, filter: EntityFilter): Promise<EntityFacets> {
  const search = await searchFor(ctx, filter.query);
  const flags = filter.is.map((flag) => sql.raw(`e.is_${flag}`));
  const facets = facetNames.map((facet) => {
    const { value, label, from } = facetSources[facet];
    const others = facetNames.filter((name) => name !== facet).map((name) => conditionOfFacet(name, filter));
    const where = allOf([sql`${value} is not null`, ...flags, ...others]);
    return sql`(select ${facet} as facet, ${value} as value, ${label} as label, count(*)::int as count
      from ${from} where ${where} group by ${value} order by count(*) desc, ${value} limit ${maxValues})`;
  });
  const everyFacet = facetNames.map((name) => conditionOfFacet(name, filter));
  const flagCounts = flagNames.map(
    (flag) => sql`(select 'flag' as facet, ${flag} as value, null as label, count(*)::int as count
      from base e where ${allOf([sql.raw(`e.is_${flag}`), ...everyFacet])})`,
  );
  const rows = await ctx.db.execute<Row>(sql`
    with base as materialized (
      select e.kind, e.kind_key, e.type, e.type_key, e.lifecycle, e.lifecycle_key, e.owner_ref, e.system_ref, e.tags,
        ${sql.join(
          flagNames.map((flag) => sql`${flagCondition(ctx.actor, flag)} as ${sql.raw(`is_${flag}`)}`),
          sql`, `,
        )}
      from entities e where ${allOf([visibleTo(ctx.actor), search?.condition ?? null])}
    ), counted as (${sql.join([...facets, ...flagCounts], sql` union all `)})
    select c.facet, c.value, c.count, coalesce(c.label, named.title, named.name, split_part(c.value, '/', 2)) as label
    from counted c left join entities named on c.facet in ('owner', 'system') and named.ref = c.value
      and ${isVisible(ctx.actor, sql`named`)}
    order by c.count desc, c.value`);
  return foldRows([...rows]);
}

function foldRows(rows: Row[]): EntityFacets {
  const valuesOf = (facet: FacetName): FacetValue[] =>
    rows
      .filter((row) => row.facet === facet)
      .map(({ value, label, count }) => ({ value, label: label ?? value, count }));
  const flag = (name: string) => rows.find((row) => row.facet === "flag" && row.value === name)?.count ?? 0;
  return {
    kind: valuesOf("kind"),
    type: valuesOf("type"),
    owner: valuesOf("owner"),
    lifecycle: valuesOf("lifecycle"),
    tag: valuesOf("tag"),
    system: valuesOf("system"),
    flags: { unowned: flag("unowned"), gone: flag("gone"), problems: flag("problems") },
  };
}
