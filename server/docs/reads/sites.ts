import { type SQL, sql } from "drizzle-orm";
import { cutPage, keyset, type SortColumn } from "#server/catalog/reads/keyset.ts";
import { plainText } from "#server/catalog/search-text.ts";
import { isVisible } from "#server/catalog/visible-entities.ts";
import type { Actor } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import type { ListSites } from "../inputs.ts";
import { readableTo } from "../policy.ts";

export type SiteItem = {
  ref: string;
  kind: string;
  /** Of the entry, and of its documentation. */
  name: string;
  title: string;
  description: string | null;
  owner: { ref: string; title: string | null; isKnown: boolean } | null;
  isMine: boolean;
  pages: number;
  broken: number;
  failure: string | null;
  checkedAt: Date;
  changedAt: Date | null;
};

type Row = Omit<SiteItem, "checkedAt" | "changedAt" | "owner"> & {
  checkedAt: number;
  changedAt: number | null;
  ownerRef: string | null;
  ownerTitle: string | null;
  isOwnerGone: boolean | null;
};

/** What the actor or a group of theirs owns. */
function isMine(actor: Actor): SQL {
  if (actor.kind !== "user") return sql`false`;
  const owners = [...actor.groupRefs, ...(actor.personRef ? [actor.personRef] : [])];
  return sql`coalesce(e.owner_ref = any(${sql.param(owners)}::text[]), false)`;
}

/** Every documentation that the actor may read: their own first, then by name. */
export async function readSites(
  ctx: Ctx,
  input: ListSites,
): Promise<{ items: SiteItem[]; nextCursor: string | null; previousCursor: string | null }> {
  const text = sql`text collate "C"`;
  const mine = isMine(ctx.actor);
  const sort: SortColumn[] = [
    { expression: sql`(case when ${mine} then 0 else 1 end)`, cast: sql`int`, part: "number" },
    { expression: sql`e.display_key`, cast: text },
    { expression: sql`e.ref`, cast: text },
  ];
  const keys = keyset(sort, false, input.cursor);
  const like = `%${plainText(input.query).replace(/[\\%_]/g, "\\$&")}%`;
  const typed =
    input.query === "" ? sql`true` : sql`(e.search_text like ${like} or lower(s.title) like ${like})`;
  const rows = await ctx.db.execute<Row & Record<string, unknown>>(sql`
    select e.ref, e.kind, coalesce(e.title, e.name) as name, s.title, s.description, e.owner_ref as "ownerRef",
      coalesce(o.title, o.name) as "ownerTitle", o.file_gone_at is not null as "isOwnerGone",
      ${mine} as "isMine", s.pages, s.broken, s.failure,
      (extract(epoch from s.checked_at) * 1000)::float8 as "checkedAt",
      (extract(epoch from s.changed_at) * 1000)::float8 as "changedAt", ${keys.columns}
    from docs_sites s join entities e on e.ref = s.entity_ref join locations l on l.id = s.location_id
      left join entities o on o.ref = e.owner_ref and ${isVisible(ctx.actor, sql`o`)}
    where ${readableTo(ctx.actor)} and ${typed} and ${keys.condition ?? sql`true`}
    order by ${keys.orderBy} limit ${input.limit + 1}`);
  const page = cutPage([...rows], { limit: input.limit, cursor: input.cursor, columns: sort.length });
  return { items: page.rows.map(itemOf), nextCursor: page.nextCursor, previousCursor: page.previousCursor };
}

const ownerOf = (row: Row, ref: string) => ({
  ref,
  title: row.ownerTitle,
  isKnown: row.ownerTitle !== null && row.isOwnerGone === false,
});

const itemOf = (row: Row): SiteItem => ({
  ref: row.ref,
  kind: row.kind,
  name: row.name,
  title: row.title,
  description: row.description,
  owner: row.ownerRef === null ? null : ownerOf(row, row.ownerRef),
  isMine: row.isMine,
  pages: row.pages,
  broken: row.broken,
  failure: row.failure,
  checkedAt: new Date(row.checkedAt),
  changedAt: row.changedAt === null ? null : new Date(row.changedAt),
});
