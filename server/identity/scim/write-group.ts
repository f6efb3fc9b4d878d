import { and, eq, sql } from "drizzle-orm";
import { scimGroups } from "#db/schema/identity-scim.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { applyGroups } from "../apply-groups.ts";
import "../events.ts";
import { ScimGroup, type ScimPatch } from "./inputs.ts";
import type { ScimConnection } from "./model.ts";
import { scimClientRefusal } from "./policy.ts";
import { getScimGroup } from "./read-resources.ts";
import { documentOf, type GroupRow, groupResource } from "./resources.ts";
import { scimInvalid, scimTaken } from "./scim-error.ts";
import { applyPatch, lockDirectory } from "./write-user.ts";

function parseGroup(resource: unknown): ScimGroup {
  const parsed = ScimGroup.safeParse(resource);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw scimInvalid("invalidValue", `${issue?.path.join(".") || "The group"}: ${issue?.message}`);
}

const taken = (group: ScimGroup) =>
  scimTaken(`A group with the displayName "${group.displayName.slice(0, 100)}" exists already`);

const columnsOf = (tx: Ctx, group: ScimGroup) => ({
  externalId: group.externalId ?? null,
  displayName: group.displayName,
  document: documentOf(group),
  updatedAt: tx.now(),
});

export async function createScimGroup(
  ctx: Ctx,
  connection: ScimConnection,
  resource: unknown,
): Promise<GroupRow> {
  ensure(scimClientRefusal(ctx.actor));
  const group = parseGroup(resource);
  return inTransaction(ctx, async (tx) => {
    await lockDirectory(tx, connection);
    const [row] = await tx.db
      .insert(scimGroups)
      .values({ ...columnsOf(tx, group), connectionId: connection.id, createdAt: tx.now() })
      .onConflictDoNothing()
      .returning({ id: scimGroups.id });
    if (!row) throw taken(group);
    await setMembers(tx, connection, row.id, group);
    await tell(tx, "directory-group.added", connection, { id: row.id, group });
    return getScimGroup(tx, connection, { id: row.id, withMembers: true });
  });
}

/** Replaces a group with its members as PUT does. */
export async function replaceScimGroup(
  ctx: Ctx,
  connection: ScimConnection,
  input: { id: string; resource: unknown },
): Promise<GroupRow> {
  ensure(scimClientRefusal(ctx.actor));
  const group = parseGroup(input.resource);
  return change(ctx, connection, input.id, () => group);
}

/** Changes a group as PATCH does: members come and go without the others being named. */
export async function patchScimGroup(
  ctx: Ctx,
  connection: ScimConnection,
  input: { id: string; patch: ScimPatch },
): Promise<GroupRow> {
  ensure(scimClientRefusal(ctx.actor));
  return change(ctx, connection, input.id, (former) =>
    parseGroup(applyPatch(patchable(former), withoutTwins(former, input.patch))),
  );
}

/** Clients name a member to be removed by its value alone, so nothing else stands beside it. */
const patchable = (former: GroupRow) => ({
  ...groupResource(former, ""),
  members: former.members.map(({ value }) => ({ value })),
});

/** A member that is there already is not added once more. */
function withoutTwins(former: GroupRow, patch: ScimPatch): ScimPatch {
  const there = new Set(former.members.map(({ value }) => value));
  const isNew = (one: unknown) => !there.has((one as { value?: string } | null)?.value ?? "");
  const Operations = patch.Operations.map((operation) =>
    operation.op === "add" && operation.path?.toLowerCase() === "members" && Array.isArray(operation.value)
      ? { ...operation, value: operation.value.filter(isNew) }
      : operation,
  );
  return { Operations };
}

async function change(
  ctx: Ctx,
  connection: ScimConnection,
  id: string,
  next: (former: GroupRow) => ScimGroup,
): Promise<GroupRow> {
  return inTransaction(ctx, async (tx) => {
    await lockDirectory(tx, connection);
    const former = await getScimGroup(tx, connection, { id, withMembers: true });
    const group = next(former);
    const changed = await tx.db
      .update(scimGroups)
      .set(columnsOf(tx, group))
      .where(
        and(
          eq(scimGroups.id, former.id),
          sql`not exists (select 1 from scim_groups other where other.connection_id = ${connection.id}
            and other.display_name = ${group.displayName} and other.id <> ${former.id})`,
        ),
      )
      .returning({ id: scimGroups.id });
    if (changed.length === 0) throw taken(group);
    const moved = await setMembers(tx, connection, former.id, group);
    if (former.displayName !== group.displayName) await applyGroups(tx, "everybody");
    if (moved > 0 || former.displayName !== group.displayName)
      await tell(tx, "directory-group.changed", connection, { id: former.id, group });
    return getScimGroup(tx, connection, { id: former.id, withMembers: true });
  });
}

async function tell(
  tx: Ctx,
  type: "directory-group.added" | "directory-group.changed" | "directory-group.removed",
  connection: ScimConnection,
  { id, group }: { id: string; group: { displayName: string; members: readonly unknown[] } },
): Promise<void> {
  const payload = { groupName: group.displayName, directory: connection.name, members: group.members.length };
  await record(tx, { type, subjectId: id, payload });
}

/** Makes these the group's members, in one statement each way; roles follow at once. Answers how many came or went. */
async function setMembers(
  tx: Ctx,
  connection: ScimConnection,
  id: string,
  group: ScimGroup,
): Promise<number> {
  const wanted = sql.param([...new Set(group.members.map(({ value }) => value))]);
  const [unknown] = await tx.db.execute<{ id: string }>(sql`
    select w.id from unnest(${wanted}::uuid[]) as w(id) where not exists (
      select 1 from scim_users u where u.id = w.id and u.connection_id = ${connection.id}) limit 1`);
  if (unknown) throw scimInvalid("invalidValue", `The member "${unknown.id}" is no user of this directory`);
  const moved = await tx.db.execute<{ userId: string }>(sql`
    with gone as (
      delete from scim_members where group_id = ${id} and user_id <> all(${wanted}::uuid[]) returning user_id
    ), come as (
      insert into scim_members (group_id, user_id) select ${id}::uuid, w.id from unnest(${wanted}::uuid[]) as w(id)
      on conflict do nothing returning user_id
    )
    select user_id as "userId" from gone union all select user_id from come`);
  await applyTo(tx, moved);
  return moved.length;
}

async function applyTo(tx: Ctx, members: readonly { userId: string }[]): Promise<void> {
  if (members.length === 0) return;
  const people = await tx.db.execute<{ userId: string }>(sql`
    select distinct user_id as "userId" from scim_users
    where user_id is not null and id = any(${sql.param(members.map(({ userId }) => userId))}::uuid[])`);
  await applyGroups(tx, { userIds: people.map(({ userId }) => userId) });
}

export async function removeScimGroup(ctx: Ctx, connection: ScimConnection, id: string): Promise<void> {
  ensure(scimClientRefusal(ctx.actor));
  await inTransaction(ctx, async (tx) => {
    await lockDirectory(tx, connection);
    const former = await getScimGroup(tx, connection, { id, withMembers: true });
    await tx.db.delete(scimGroups).where(eq(scimGroups.id, former.id));
    await applyTo(
      tx,
      former.members.map(({ value }) => ({ userId: value })),
    );
    await tell(tx, "directory-group.removed", connection, { id: former.id, group: former });
  });
}
