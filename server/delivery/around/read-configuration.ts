import { sql } from "drizzle-orm";
import type { FieldChange } from "#db/schema/trust.ts";
import { changeWords } from "#server/catalog/history/change-words.ts";
import { isInsider } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import type { ConfigurationChange } from "./model.ts";

const titles: Readonly<Record<string, string>> = {
  appeared: "Appeared in the catalog",
  changed: "Catalog entry changed",
  gone: "Catalog file is gone",
  returned: "Catalog entry came back",
  "taken-over": "Read from another source",
  renamed: "Renamed",
  "entry.overlay-added": "Added in the portal",
  "entry.overlay-removed": "Addition in the portal taken back",
};

type Row = {
  id: string;
  at: string;
  ref: string;
  type: string;
  changes: FieldChange[];
  payload: Record<string, unknown>;
};

/**
 * What imports and people changed in these entries in this stretch of time, the newest first. The caller has made sure that
 * the actor may see the entries. Guests are not told of owners and relations, in which other teams' names stand.
 */
export async function readConfiguration(
  ctx: Ctx,
  refs: readonly string[],
  { from, to, limit }: { from: Date; to: Date; limit: number },
): Promise<ConfigurationChange[]> {
  if (refs.length === 0) return [];
  const wanted = sql`any(${sql.param([...refs])}::text[])`;
  const [began, ended] = [from.toISOString(), to.toISOString()];
  const rows = await ctx.db.execute<Row>(sql`
    (select 'version-' || v.id as id, v.at, e.ref, v.change as type, v.changes, '{}'::jsonb as payload
    from entities e join entity_versions v on v.entity_uid = e.uid
    where e.ref = ${wanted} and v.at >= ${began}::timestamptz and v.at < ${ended}::timestamptz
    order by v.at desc limit ${limit})
    union all
    (select 'event-' || o.id, o.at, o.subject_id, o.type, '[]'::jsonb, o.payload from events o
    where o.subject_type = 'entry' and o.subject_id = ${wanted}
      and o.type in ('entry.overlay-added', 'entry.overlay-removed')
      and o.at >= ${began}::timestamptz and o.at < ${ended}::timestamptz
    order by o.at desc limit ${limit})
    order by at desc limit ${limit}`);
  const isTold = ({ at }: FieldChange) => isInsider(ctx.actor) || at.startsWith("/metadata/");
  return rows.map(({ id, at, ref, type, changes, payload }) => ({
    id,
    at: new Date(at),
    ref,
    title: titles[type] ?? type,
    changes: type.startsWith("entry.")
      ? [`${payload.kind === "link" ? "Link" : "Annotation"} ${String(payload.key ?? "")}`]
      : changes.filter(isTold).map(changeWords),
  }));
}
