import { type SQL, sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { readCursor, writeCursor } from "#server/core/pagination.ts";
import type { Refusal } from "#server/core/refusal.ts";
import { ListPage } from "../inputs.ts";
import type { OwnerlessReason } from "../model.ts";
import { proposeOwnerRefusal, readTruthRefusal } from "../policy.ts";
import { type OwnerSuggestion, readSuggestions } from "./suggestions.ts";

export type Handover = {
  ref: string;
  kind: string;
  title: string;
  reason: OwnerlessReason;
  formerOwnerRef: string | null;
  formerOwnerName: string | null;
  suggestions: OwnerSuggestion[];
  may: { propose: Refusal | null };
};

export type HandoverPage = { items: Handover[]; total: number; nextCursor: string | null };

/**
 * What is to be handed over: no living owner, and nobody named as the next one. `e` is the entry, `o` its owner. An owner
 * who is a person left when their user is disabled, whatever the catalogue's file says.
 */
export const ownerlessEntries = (columns: SQL): SQL => sql`
  select ${columns},
    case when e.owner_ref is null then 'missing' when exists (
        select 1 from users u where u.person_ref = e.owner_ref and u.disabled_at is not null) then 'left'
      when o.ref is null then 'unknown' when o.file_gone_at is not null then 'gone'
      when o.kind_key = 'group' and exists (select 1 from entities p where p.kind_key = 'user') and not exists (
        select 1 from entity_relations m where m.source_ref = o.ref and m.type in ('hasMember', 'parentOf')) then 'empty'
      end as reason
  from entities e left join entities o on o.ref = e.owner_ref
  where e.kind_key in ('component', 'api', 'resource', 'system', 'domain', 'template') and e.file_gone_at is null
    and not exists (select 1 from owner_proposals p where p.entity_uid = e.uid and p.ended_at is null)`;

type Row = Omit<Handover, "suggestions" | "may"> & { groupRefs: string[]; total: number };

/** What nobody answers for, by reference, each with the teams that might. */
export async function readHandovers(ctx: Ctx, input: ListPage): Promise<HandoverPage> {
  ensure(readTruthRefusal(ctx.actor));
  const { cursor, limit } = ListPage.parse(input);
  const [after] = cursor ? readCursor(cursor, ["text"]) : [""];
  const columns = sql`e.ref, e.kind, coalesce(e.title, e.name) as title, e.owner_ref, e.uid,
    coalesce(o.title, o.name) as owner_name`;
  const rows = await ctx.db.execute<Row>(sql`
    with lost as materialized (select * from (${ownerlessEntries(columns)}) as all_of_them where reason is not null)
    select l.ref, l.kind, l.title, l.reason, l.owner_ref as "formerOwnerRef",
      coalesce(r.former_owner_name, l.owner_name) as "formerOwnerName", coalesce(r.group_refs, '{}') as "groupRefs",
      (select count(*)::int from lost) as total
    from lost l left join lateral (
      select former_owner_name, group_refs from ownership_reviews r where r.entity_ref = l.ref and r.former_owner_ref = l.owner_ref
      order by r.created_at desc limit 1) r on true
    where l.ref > ${String(after)} order by l.ref limit ${limit + 1}`);
  const page = rows.slice(0, limit);
  const suggestions = await readSuggestions(
    ctx,
    page.map(({ ref }) => ref),
  );
  return {
    items: page.map(({ groupRefs, total: _, ...row }) => ({
      ...row,
      suggestions: suggestions.get(row.ref) ?? [],
      may: {
        propose: proposeOwnerRefusal(ctx.actor, {
          groupRefs: [...groupRefs, ...(row.formerOwnerRef ? [row.formerOwnerRef] : [])],
        }),
      },
    })),
    total: rows[0]?.total ?? 0,
    nextCursor: rows.length > limit ? writeCursor([page.at(-1)?.ref ?? ""]) : null,
  };
}
