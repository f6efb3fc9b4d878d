import { sql } from "drizzle-orm";
import type { FieldChange } from "#db/schema/trust.ts";
import { normaliseRef } from "#server/catalog/entity-ref.ts";
import type { Ctx } from "#server/core/context.ts";
import { visibleServices } from "#server/delivery/policy.ts";
import type { ScopeService } from "./scope.ts";

type Row = {
  id: string;
  ref: string;
  namespace: string;
  owner: string | null;
  /** Changes of the owner, the oldest first. */
  moves: { at: string; from: string | null; to: string | null }[];
};

/**
 * Services by the time in which one of these teams owned them, as the catalogue's own history tells it. Before the first
 * change that was seen, the owner that it names counts; where none was seen, the owner of now. Also services that have
 * since gone to others or out of the catalogue's files.
 */
export async function ownedThen(ctx: Ctx, teams: ReadonlySet<string>): Promise<ScopeService[]> {
  const rows = await ctx.db.execute<Row>(sql`
    select s.id, e.ref, e.namespace_key as namespace, e.owner_ref as owner, coalesce(
      (select jsonb_agg(jsonb_build_object('at', v.at, 'from', c->>'from', 'to', c->>'to') order by v.id)
        from entity_versions v cross join lateral jsonb_array_elements(v.changes) as c
        where v.entity_uid = e.uid and v.changes <> '[]' and c->>'at' = ${ownerField}), '[]') as moves
    from delivery_services s join entities e on e.ref = s.entity_ref
    where e.kind_key = 'component' and ${visibleServices(ctx.actor)} order by e.ref`);
  return rows.flatMap((row) =>
    spansOf(row)
      .filter(({ owner }) => owner !== null && teams.has(owner))
      .map(({ from, to }) => ({ id: row.id, ref: row.ref, from, to })),
  );
}

const ownerField: FieldChange["at"] = "/spec/owner";

/** Who owned it when. Owners are written as the files had them: a name without a kind is a Group. */
export function spansOf(row: Omit<Row, "id" | "ref">): { owner: string | null; from: string; to: string }[] {
  const known = (text: string | null) =>
    text === null ? null : normaliseRef(text, { kind: "group", namespace: row.namespace });
  const ends = row.moves.map(({ at, from }) => ({ owner: known(from), to: new Date(at).toISOString() }));
  const all = [...ends, { owner: row.owner, to: "infinity" }];
  return all.map(({ owner, to }, index) => ({ owner, from: all[index - 1]?.to ?? "-infinity", to }));
}
