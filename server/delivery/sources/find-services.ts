import { sql } from "drizzle-orm";
import { normaliseRef } from "#server/catalog/entity-ref.ts";
import type { Ctx } from "#server/core/context.ts";
import { fieldOf } from "#server/delivery/annotations.ts";
import { namesAlike } from "#server/delivery/repositories/named-repositories.ts";

/** By which a Component says which service of PagerDuty is its own; several are separated by commas. */
export const pagerDutyAnnotation = "pagerduty.com/service-id";

/**
 * Which Components a pager's words mean, hint by hint: `ref:component:default/cart` is one, `service:cart` the only
 * Component of that name, `pagerduty:PABC123` those with this annotation, `project:acme/cart` the only Component of a
 * repository. Hints that fit none, or could be several by name, are left out: a wrong service would be worse than none.
 */
export async function findServices(tx: Ctx, hints: readonly string[]): Promise<Map<string, string[]>> {
  const asked = [...new Set(hints)].flatMap((hint) => {
    const cut = hint.indexOf(":");
    const [kind, value] = [hint.slice(0, cut), hint.slice(cut + 1)];
    return [{ hint, kind, value: kind === "ref" ? (normaliseRef(value) ?? value) : value.toLowerCase() }];
  });
  if (asked.length === 0) return new Map();
  const rows = await tx.db.execute<{ hint: string; refs: string[] }>(sql`
    with asked as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as a(hint text, kind text, value text)
    ),
    found as (
      select a.hint, a.kind, e.ref from asked a join entities e on a.kind = 'ref' and e.ref = a.value
        where e.kind_key = 'component'
      union
      select a.hint, a.kind, e.ref from asked a join entities e on a.kind = 'service' and e.name_key = a.value
        where e.kind_key = 'component'
      union
      select a.hint, a.kind, e.ref from asked a cross join lateral (${namesAlike(sql`a.value`)}) as own(slug)
        join entities e on a.kind = 'project' and e.project_slug = own.slug
        where e.kind_key = 'component'
      union
      select a.hint, a.kind, e.ref from asked a
      join entity_fields f on a.kind = 'pagerduty' and f.key = ${fieldOf(pagerDutyAnnotation)}
        and a.value = any(regexp_split_to_array(lower(f.value), '\\s*,\\s*'))
      join entities e on e.id = f.entity_id where e.kind_key = 'component'
    )
    select hint, array_agg(ref order by ref) as refs from found
    group by hint, kind having kind in ('ref', 'pagerduty') or count(*) = 1`);
  return new Map(rows.map(({ hint, refs }) => [hint, refs]));
}
