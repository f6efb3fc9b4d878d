import { type SQL, sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import type { Predicate } from "../entity-predicate.ts";
import { readRefusal, visibleTo } from "../policy.ts";
import { allOf } from "./filter-entities.ts";

/** A location in the words of Backstage's API: what is read over the network is a "url", a folder of the machine a "file". */
export type RegisteredLocation = { id: string; type: "url" | "file"; target: string };

const columns = sql`l.id, case l.type when 'folder' then 'file' else 'url' end as type, l.target`;
/** What the portal fills by itself has no address that could be read. */
const isRead = sql`l.type in ('folder', 'git', 'file')`;

async function read(ctx: Ctx, where: SQL, tail = sql``): Promise<RegisteredLocation[]> {
  const rows = await ctx.db.execute<RegisteredLocation>(
    sql`select ${columns} from locations l where ${isRead} and ${where} order by l.id ${tail}`,
  );
  return rows.map(({ id, type, target }) => ({ id, type, target }));
}

export async function listRegisteredLocations(ctx: Ctx): Promise<RegisteredLocation[]> {
  ensure(readRefusal(ctx.actor));
  return read(ctx, sql`true`);
}

/** Null where there is none under this id. */
export async function findRegisteredLocation(
  ctx: Ctx,
  by: { id: string } | { target: string },
): Promise<RegisteredLocation | null> {
  ensure(readRefusal(ctx.actor));
  const where = "id" in by ? sql`l.id::text = ${by.id}` : sql`l.target = ${by.target}`;
  const [location] = await read(ctx, where);
  return location ?? null;
}

/** Whose file the entry is in. */
export async function findLocationOfEntity(ctx: Ctx, ref: string): Promise<RegisteredLocation | null> {
  ensure(readRefusal(ctx.actor));
  const [location] = await read(
    ctx,
    sql`l.id = (select e.location_id from entities e where e.ref = ${ref} and ${visibleTo(ctx.actor)})`,
  );
  return location ?? null;
}

/** Locations by id, those after `afterId`, that fit a predicate over `id`, `type` and `target`; with how many fit in all. */
export async function queryRegisteredLocations(
  ctx: Ctx,
  { query, limit, afterId }: { query: Predicate | null; limit: number; afterId: string | null },
): Promise<{ items: RegisteredLocation[]; total: number; hasNext: boolean }> {
  ensure(readRefusal(ctx.actor));
  const where = query ? condition(query) : sql`true`;
  const after = afterId === null ? null : sql`l.id > ${afterId}::uuid`;
  const items = await read(ctx, allOf([where, after]), sql`limit ${limit + 1}`);
  const [row] = await ctx.db.execute<{ total: number }>(
    sql`select count(*)::int as total from locations l where ${isRead} and ${where}`,
  );
  return { items: items.slice(0, limit), total: row?.total ?? 0, hasNext: items.length > limit };
}

const fields: Readonly<Record<string, SQL>> = {
  id: sql`l.id::text`,
  type: sql`case l.type when 'folder' then 'file' else 'url' end`,
  target: sql`lower(l.target)`,
};

function condition(predicate: Predicate): SQL {
  if ("not" in predicate) return sql`not ${condition(predicate.not)}`;
  if ("key" in predicate) {
    const field = Object.hasOwn(fields, predicate.key) ? fields[predicate.key] : undefined;
    if (!field) return sql`false`;
    const { match } = predicate;
    if ("exists" in match) return sql`true`;
    if ("prefix" in match) return sql`starts_with(${field}, ${match.prefix})`;
    return sql`${field} = any(${sql.param(match.in)}::text[])`;
  }
  const isAll = "all" in predicate;
  const parts = (isAll ? predicate.all : predicate.any).map(condition);
  if (parts.length === 0) return isAll ? sql`true` : sql`false`;
  return sql`(${sql.join(parts, isAll ? sql` and ` : sql` or `)})`;
}
