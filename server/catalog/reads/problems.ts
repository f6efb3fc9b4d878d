import { type SQL, sql } from "drizzle-orm";
import { isInsider } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import type { ListProblems } from "../inputs.ts";
import type { EntityProblem } from "../model.ts";
import { readRefusal } from "../policy.ts";
import { allOf } from "./filter-entities.ts";
import { cutPage, keyset } from "./keyset.ts";

type Row = Omit<EntityProblem, "id"> & { id: string };

const columns: SQL = sql`p.id, p.ref, p.severity, p.message, p.file, p.line, p."column", p.path,
  p.location_id as "locationId", l.target as "locationTarget"`;

const problemOf = ({ id, ...row }: Row): EntityProblem => ({
  id: Number(id),
  ref: row.ref,
  severity: row.severity,
  message: row.message,
  file: row.file,
  line: row.line,
  column: row.column,
  path: row.path,
  locationId: row.locationId,
  locationTarget: row.locationTarget,
});

/** What the last imports found wrong, in the order in which they found it. */
export async function readProblems(
  ctx: Ctx,
  input: ListProblems,
): Promise<{
  items: EntityProblem[];
  nextCursor: string | null;
  previousCursor: string | null;
  total: number;
}> {
  ensure(readRefusal(ctx.actor));
  const keys = keyset([{ expression: sql`p.id`, cast: sql`bigint`, part: "whole" }], false, input.cursor);
  const filter = allOf([
    sql`true`,
    input.locationId ? sql`p.location_id = ${input.locationId}` : null,
    input.severity ? sql`p.severity = ${input.severity}` : null,
  ]);
  const rows = await ctx.db.execute<Row & Record<string, unknown>>(sql`
    select ${columns}, ${keys.columns} from entity_problems p join locations l on l.id = p.location_id
    where ${allOf([filter, keys.condition])} order by ${keys.orderBy} limit ${input.limit + 1}`);
  const [count] = await ctx.db.execute<{ total: number }>(
    sql`select count(*)::int as total from entity_problems p where ${filter}`,
  );
  const page = cutPage([...rows], { limit: input.limit, cursor: input.cursor, columns: 1 });
  return {
    items: page.rows.map(problemOf),
    nextCursor: page.nextCursor,
    previousCursor: page.previousCursor,
    total: count?.total ?? 0,
  };
}

/** The problems of one entry, also those of copies of it that were not taken; none for guests, whom they would tell of others. */
export async function readProblemsOf(ctx: Ctx, ref: string): Promise<EntityProblem[]> {
  if (!isInsider(ctx.actor)) return [];
  const rows = await ctx.db.execute<Row>(sql`
    select ${columns} from entity_problems p join locations l on l.id = p.location_id
    where p.ref = ${ref} order by p.id limit 200`);
  return rows.map(problemOf);
}
