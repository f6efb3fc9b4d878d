import { and, eq, sql } from "drizzle-orm";
import { type ScimPatchOperation, scimPatch } from "scim-patch";
import { scimUsers } from "#db/schema/identity-scim.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { applyGroups } from "../apply-groups.ts";
import { endAccess } from "../people/end-access.ts";
import "../events.ts";
import { type ScimPatch, ScimUser } from "./inputs.ts";
import { settleScimUser } from "./match-accounts.ts";
import type { ScimConnection } from "./model.ts";
import { scimClientRefusal } from "./policy.ts";
import { getScimUser } from "./read-resources.ts";
import { documentOf, type UserRow, userResource } from "./resources.ts";
import { scimInvalid, scimTaken } from "./scim-error.ts";

/** What one directory writes is written one after the other: its clients send changes of one thing side by side. */
export async function lockDirectory(tx: Ctx, connection: ScimConnection): Promise<void> {
  await tx.db.execute(sql`select pg_advisory_xact_lock(${directoryLock}, hashtext(${connection.id}))`);
}
const directoryLock = 7_130_405;

function parseUser(resource: unknown): ScimUser {
  const parsed = ScimUser.safeParse(resource);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw scimInvalid("invalidValue", `${issue?.path.join(".") || "The user"}: ${issue?.message}`);
}

export async function createScimUser(
  ctx: Ctx,
  connection: ScimConnection,
  resource: unknown,
): Promise<UserRow> {
  ensure(scimClientRefusal(ctx.actor));
  const user = parseUser(resource);
  return inTransaction(ctx, async (tx) => {
    await lockDirectory(tx, connection);
    const [row] = await tx.db
      .insert(scimUsers)
      .values({ ...columnsOf(tx, user), connectionId: connection.id, createdAt: tx.now() })
      .onConflictDoNothing()
      .returning({ id: scimUsers.id });
    if (!row) throw taken(user);
    const payload = { userName: user.userName, directory: connection.name, isActive: user.active };
    await record(tx, { type: "directory-user.added", subjectId: row.id, payload });
    return settle(tx, connection, row.id);
  });
}

const columnsOf = (tx: Ctx, user: ScimUser) => ({
  externalId: user.externalId ?? null,
  userName: user.userName,
  isActive: user.active,
  document: documentOf(user),
  updatedAt: tx.now(),
});

const taken = (user: ScimUser) =>
  scimTaken(`A user with the userName "${user.userName.slice(0, 100)}" exists already`);

async function settle(tx: Ctx, connection: ScimConnection, id: string): Promise<UserRow> {
  const userId = await settleScimUser(tx, id);
  if (userId) await applyGroups(tx, { userIds: [userId] });
  return getScimUser(tx, connection, id);
}

/** Replaces a user as PUT does. */
export async function replaceScimUser(
  ctx: Ctx,
  connection: ScimConnection,
  input: { id: string; resource: unknown },
): Promise<UserRow> {
  ensure(scimClientRefusal(ctx.actor));
  const user = parseUser(input.resource);
  return inTransaction(ctx, async (tx) => {
    await lockDirectory(tx, connection);
    return write(tx, connection, await getScimUser(tx, connection, input.id), user);
  });
}

/** Changes a user as PATCH does; the client sees all of its operations done or none. */
export async function patchScimUser(
  ctx: Ctx,
  connection: ScimConnection,
  input: { id: string; patch: ScimPatch },
): Promise<UserRow> {
  ensure(scimClientRefusal(ctx.actor));
  return inTransaction(ctx, async (tx) => {
    await lockDirectory(tx, connection);
    const former = await getScimUser(tx, connection, input.id);
    return write(tx, connection, former, parseUser(applyPatch(userResource(former, ""), input.patch)));
  });
}

/** Applies the operations of RFC 7644, section 3.5.2, to a copy. Throws `invalidPath` for what cannot be applied. */
export function applyPatch<Resource extends object>(resource: Resource, patch: ScimPatch): Resource {
  try {
    const copy = structuredClone(resource);
    return scimPatch(copy as never, patch.Operations as ScimPatchOperation[], {
      treatMissingAsAdd: true,
    }) as Resource;
  } catch (error) {
    throw scimInvalid(
      "invalidPath",
      `The change cannot be applied: ${(error as Error).message.slice(0, 200)}`,
    );
  }
}

async function write(tx: Ctx, connection: ScimConnection, former: UserRow, user: ScimUser): Promise<UserRow> {
  const isSomebodyElse = former.externalId !== (user.externalId ?? null);
  const [before] = await tx.db
    .select({ userId: scimUsers.userId })
    .from(scimUsers)
    .where(eq(scimUsers.id, former.id));
  const changed = await tx.db
    .update(scimUsers)
    .set({ ...columnsOf(tx, user), ...(isSomebodyElse && user.active ? { userId: null } : {}) })
    .where(
      and(
        eq(scimUsers.id, former.id),
        sql`not exists (select 1 from scim_users other where other.connection_id = ${connection.id}
          and lower(other.user_name) = lower(${user.userName}) and other.id <> ${former.id})`,
      ),
    )
    .returning({ id: scimUsers.id });
  if (changed.length === 0) throw taken(user);
  if (former.isActive !== user.active || former.userName !== user.userName || isSomebodyElse) {
    const payload = { userName: user.userName, directory: connection.name, isActive: user.active };
    await record(tx, { type: "directory-user.changed", subjectId: former.id, payload });
  }
  const settled = await settle(tx, connection, former.id);
  // Whoever it was before loses what the directory's groups gave.
  if (isSomebodyElse && before?.userId) await applyGroups(tx, { userIds: [before.userId] });
  return settled;
}

/** Removes a user; whoever it was has no access from the next request on. */
export async function removeScimUser(ctx: Ctx, connection: ScimConnection, id: string): Promise<void> {
  ensure(scimClientRefusal(ctx.actor));
  await inTransaction(ctx, async (tx) => {
    await lockDirectory(tx, connection);
    const former = await getScimUser(tx, connection, id);
    const [removed] = await tx.db
      .delete(scimUsers)
      .where(eq(scimUsers.id, former.id))
      .returning({ userId: scimUsers.userId });
    const payload = { userName: former.userName, directory: connection.name };
    await record(tx, { type: "directory-user.removed", subjectId: former.id, payload });
    const reason = `Removed from ${connection.name}`;
    if (removed?.userId) await endAccess(tx, { userId: removed.userId, reason, via: "scim" });
  });
}
