import { and, eq, isNull, sql } from "drizzle-orm";
import { connections } from "#db/schema/core.ts";
import { groupRoles, users } from "#db/schema/identity.ts";
import { actorLabel } from "#server/core/actor.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { conflict, ensure, invalid, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { ensureRecentSignIn } from "#server/core/recent-sign-in.ts";
import { applyGroups } from "../apply-groups.ts";
import { managePeopleRefusal } from "../policy.ts";
import { type GroupRoleId, SaveGroupRole } from "./inputs.ts";
import "../events.ts";

/**
 * Says which role the people of a group have. It holds at once for everybody who is in it; answers with how many people
 * have another role or other limits by that.
 */
export async function saveGroupRole(ctx: Ctx, raw: SaveGroupRole): Promise<{ changed: number }> {
  const input = SaveGroupRole.parse(raw);
  ensure(managePeopleRefusal(ctx.actor));
  ensureRecentSignIn(ctx.actor, ctx.now());
  if (input.source === "catalog" && ["platform", "admin"].includes(input.role))
    throw invalid(
      "Groups of the catalog come from files that many people write, so they cannot give this role: map a group of your identity provider or directory",
      "role",
    );
  const connectionId = input.connectionId ?? null;
  const groupName = input.source === "everybody" ? "*" : nameOf(input.source, input.groupName);
  const guestGroupRefs = input.role === "guest" ? [...new Set(input.guestGroupRefs)] : [];
  return changeMappings(ctx, async (tx) => {
    if (connectionId) await ensureConnection(tx, connectionId, input.source);
    const same = and(
      eq(groupRoles.source, input.source),
      eq(groupRoles.groupName, groupName),
      connectionId ? eq(groupRoles.connectionId, connectionId) : isNull(groupRoles.connectionId),
    );
    const [known] = await tx.db
      .update(groupRoles)
      .set({ role: input.role, guestGroupRefs })
      .where(same)
      .returning({ id: groupRoles.id });
    const values = { source: input.source, connectionId, groupName, role: input.role, guestGroupRefs };
    const by = { createdAt: tx.now(), createdByName: actorLabel(tx.actor).name };
    const [row] = known
      ? [known]
      : await tx.db
          .insert(groupRoles)
          .values({ ...values, ...by })
          .returning({ id: groupRoles.id });
    const { role, source } = input;
    await record(tx, {
      type: "group-role.saved",
      subjectId: row?.id ?? "",
      payload: { source, groupName, role, groupRefs: guestGroupRefs },
    });
  });
}

/** Takes a mapping away; whoever had their role by it has at once what their other groups give. */
export async function removeGroupRole(ctx: Ctx, input: GroupRoleId): Promise<{ changed: number }> {
  ensure(managePeopleRefusal(ctx.actor));
  ensureRecentSignIn(ctx.actor, ctx.now());
  return changeMappings(ctx, async (tx) => {
    const [gone] = await tx.db
      .delete(groupRoles)
      .where(eq(groupRoles.id, input.id))
      .returning({ source: groupRoles.source, groupName: groupRoles.groupName, role: groupRoles.role });
    if (!gone) throw notFound("This group was taken off the list already");
    await record(tx, { type: "group-role.removed", subjectId: input.id, payload: gone });
  });
}

/** Changes of the mappings wait for each other, so that each is judged by the whole list. */
const changesLock = 7_130_403;

async function changeMappings(ctx: Ctx, change: (tx: Ctx) => Promise<void>): Promise<{ changed: number }> {
  return inTransaction(ctx, async (tx) => {
    await tx.db.execute(sql`select pg_advisory_xact_lock(${changesLock})`);
    await change(tx);
    await ensureGuestsStayGuests(tx);
    const changed = await applyGroups(tx, "everybody");
    await ensureStillAdmin(tx);
    return { changed: changed.length };
  });
}

/** Catalogue groups are known by their lower-case ref; other sources by whatever they say, letter for letter. */
const nameOf = (source: string, name: string) => (source === "catalog" ? name.toLowerCase() : name);

async function ensureConnection(tx: Ctx, id: string, source: string): Promise<void> {
  const [row] = await tx.db
    .select({ kind: connections.kind, protocol: sql<string | null>`${connections.settings} ->> 'protocol'` })
    .from(connections)
    .where(eq(connections.id, id));
  const known = row?.kind === "scim" ? "scim" : row?.protocol === "github" ? "github" : "claim";
  if (!row || known !== source)
    throw invalid(
      "Choose where the group is known from: this one is gone or of another kind",
      "connectionId",
    );
}

/** A guest who leaves the group would otherwise be a developer the moment after. */
async function ensureGuestsStayGuests(tx: Ctx): Promise<void> {
  const rows = await tx.db.select({ source: groupRoles.source, role: groupRoles.role }).from(groupRoles);
  const rest = rows.find(({ source }) => source === "everybody");
  const hasGuests = rows.some(({ source, role }) => source !== "everybody" && role === "guest");
  if (hasGuests && rest?.role !== "guest")
    throw conflict(
      'A guest who leaves the group would become a developer. First map who is a developer, then set "Everybody else" to guest',
    );
}

/** Nobody takes their own way back with a mapping. */
async function ensureStillAdmin(tx: Ctx): Promise<void> {
  const { actor } = tx;
  if (actor.kind !== "user") return;
  const [me] = await tx.db.select({ role: users.role }).from(users).where(eq(users.id, actor.id));
  if (me && me.role !== "admin")
    throw conflict("By this you would not be an admin any more: have another admin do it");
}
