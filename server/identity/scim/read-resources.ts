import { type SQL, sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { ensure, notFound } from "#server/core/errors.ts";
import { filterSql } from "./filter-sql.ts";
import type { ScimQuery } from "./inputs.ts";
import { type ScimConnection, scimPageMax } from "./model.ts";
import { scimClientRefusal } from "./policy.ts";
import type { GroupRow, UserRow } from "./resources.ts";

export type Listed<Row> = { rows: Row[]; total: number; startIndex: number };

const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Columns of `d` in the shape of `UserRow`. */
const userColumns = sql`d.id, d.external_id as "externalId", d.user_name as "userName", d.is_active as "isActive",
  d.document, d.created_at as "createdAt", d.updated_at as "updatedAt", coalesce((
    select json_agg(json_build_object('value', g.id, 'display', g.display_name) order by g.display_name, g.id)
    from scim_members m join scim_groups g on g.id = m.group_id where m.user_id = d.id
  ), '[]') as groups`;
/** Members are left out where a client says so: Entra does whenever it looks a group up. */
const groupColumns = (withMembers: boolean) => sql`d.id, d.external_id as "externalId",
  d.display_name as "displayName", d.document, d.created_at as "createdAt", d.updated_at as "updatedAt",
  ${
    withMembers
      ? sql`coalesce((
          select json_agg(json_build_object('value', u.id, 'display', u.user_name) order by u.user_name, u.id)
          from scim_members m join scim_users u on u.id = m.user_id where m.group_id = d.id
        ), '[]')`
      : sql`'[]'::json`
  } as members`;

/** The driver hands moments of raw queries over as text. */
const withDates = <Row extends { createdAt: Date; updatedAt: Date }>(row: Row): Row => ({
  ...row,
  createdAt: new Date(row.createdAt),
  updatedAt: new Date(row.updatedAt),
});

export async function readScimUsers(
  ctx: Ctx,
  connection: ScimConnection,
  query: ScimQuery,
): Promise<Listed<UserRow>> {
  ensure(scimClientRefusal(ctx.actor));
  return list<UserRow>(ctx, connection, query, { of: "users", table: sql`scim_users`, columns: userColumns });
}

export async function readScimGroups(
  ctx: Ctx,
  connection: ScimConnection,
  query: ScimQuery & { withMembers: boolean },
): Promise<Listed<GroupRow>> {
  ensure(scimClientRefusal(ctx.actor));
  const columns = groupColumns(query.withMembers);
  return list<GroupRow>(ctx, connection, query, { of: "groups", table: sql`scim_groups`, columns });
}

async function list<Row extends UserRow | GroupRow>(
  ctx: Ctx,
  connection: ScimConnection,
  { filter, startIndex, count }: ScimQuery,
  shape: { of: "users" | "groups"; table: SQL; columns: SQL },
): Promise<Listed<Row>> {
  const among = sql`d.connection_id = ${connection.id} and ${filter ? filterSql(filter, shape.of) : sql`true`}`;
  const [counted] = await ctx.db.execute<{ total: number }>(
    sql`select count(*)::int as total from ${shape.table} d where ${among}`,
  );
  const limit = Math.min(count, scimPageMax);
  const rows =
    limit === 0
      ? []
      : await ctx.db.execute<UserRow & GroupRow>(sql`
          select ${shape.columns} from ${shape.table} d where ${among}
          order by d.created_at, d.id offset ${startIndex - 1} limit ${limit}`);
  return { rows: rows.map(withDates) as unknown as Row[], total: counted?.total ?? 0, startIndex };
}

export async function getScimUser(ctx: Ctx, connection: ScimConnection, id: string): Promise<UserRow> {
  ensure(scimClientRefusal(ctx.actor));
  if (!isId.test(id)) throw unknownUser(id);
  const [row] = await ctx.db.execute<UserRow>(sql`
    select ${userColumns} from scim_users d where d.connection_id = ${connection.id} and d.id = ${id}`);
  if (!row) throw unknownUser(id);
  return withDates(row);
}

export async function getScimGroup(
  ctx: Ctx,
  connection: ScimConnection,
  { id, withMembers }: { id: string; withMembers: boolean },
): Promise<GroupRow> {
  ensure(scimClientRefusal(ctx.actor));
  if (!isId.test(id)) throw unknownGroup(id);
  const [row] = await ctx.db.execute<GroupRow>(sql`
    select ${groupColumns(withMembers)} from scim_groups d where d.connection_id = ${connection.id} and d.id = ${id}`);
  if (!row) throw unknownGroup(id);
  return withDates(row);
}

const unknownUser = (id: string) => notFound(`There is no user with the id "${id.slice(0, 60)}"`);
const unknownGroup = (id: string) => notFound(`There is no group with the id "${id.slice(0, 60)}"`);
