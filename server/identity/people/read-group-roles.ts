import { asc, eq, inArray, sql } from "drizzle-orm";
import { connections } from "#db/schema/core.ts";
import { groupRoles } from "#db/schema/identity.ts";
import type { Role } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import type { Refusal } from "#server/core/refusal.ts";
import { managePeopleRefusal, readGroupRolesRefusal } from "../policy.ts";

export type GroupRoleRow = {
  id: string;
  source: "claim" | "github" | "scim" | "ldap" | "catalog" | "everybody";
  connectionId: string | null;
  connectionName: string | null;
  groupName: string;
  role: Role;
  guestGroupRefs: string[];
  createdByName: string;
};
export type GroupSource = { id: string; name: string; source: "claim" | "github" | "scim" };

/** Which group gives which role, with where groups may be known from; at most 500. */
export async function readGroupRoles(
  ctx: Ctx,
): Promise<{ items: GroupRoleRow[]; sources: GroupSource[]; may: { change: Refusal | null } }> {
  ensure(readGroupRolesRefusal(ctx.actor));
  const items = await ctx.db
    .select({
      id: groupRoles.id,
      source: groupRoles.source,
      connectionId: groupRoles.connectionId,
      connectionName: connections.name,
      groupName: groupRoles.groupName,
      role: groupRoles.role,
      guestGroupRefs: groupRoles.guestGroupRefs,
      createdByName: groupRoles.createdByName,
    })
    .from(groupRoles)
    .leftJoin(connections, eq(connections.id, groupRoles.connectionId))
    .orderBy(sql`${groupRoles.source} = 'everybody'`, asc(groupRoles.groupName), asc(groupRoles.id))
    .limit(500);
  const known = await ctx.db
    .select({
      id: connections.id,
      name: connections.name,
      kind: connections.kind,
      protocol: sql<string | null>`${connections.settings} ->> 'protocol'`,
    })
    .from(connections)
    .where(inArray(connections.kind, ["sign-in", "scim"]))
    .orderBy(asc(connections.name))
    .limit(100);
  const sources = known.map(({ id, name, kind, protocol }) => ({
    ...{ id, name },
    source:
      kind === "scim" ? ("scim" as const) : protocol === "github" ? ("github" as const) : ("claim" as const),
  }));
  return { items, sources, may: { change: managePeopleRefusal(ctx.actor) } };
}
