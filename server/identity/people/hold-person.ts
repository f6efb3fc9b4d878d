import { eq, sql } from "drizzle-orm";
import { users } from "#db/schema/identity.ts";
import type { Ctx } from "#server/core/context.ts";
import { record } from "#server/core/events.ts";
import "../events.ts";

export type Linked = { isLinked: true } | { isLinked: false; heldBy: string };

/**
 * Makes a user this person of the catalogue, in the caller's transaction; `applyGroups` is left to the caller. One person is
 * at most one user: of a user who is disabled it is taken over, of any other it is not.
 */
export async function holdPerson(
  tx: Ctx,
  input: { userId: string; personRef: string; by: "claim" | "github" | "admin" },
): Promise<Linked> {
  const { userId, personRef, by } = input;
  await tx.db.execute(sql`select pg_advisory_xact_lock(${linkLock}, hashtext(${personRef}))`);
  const [holder] = await tx.db
    .select({ id: users.id, name: users.name, disabledAt: users.disabledAt })
    .from(users)
    .where(eq(users.personRef, personRef));
  if (holder && holder.id !== userId) {
    if (!holder.disabledAt) return { isLinked: false, heldBy: holder.name };
    await dropPerson(tx, { userId: holder.id, userName: holder.name, personRef });
  }
  const [user] = await tx.db
    .update(users)
    .set({ personRef, personLinkedBy: by, personNote: null })
    .where(eq(users.id, userId))
    .returning({ name: users.name });
  const groups = await tx.db.execute<{ ref: string }>(sql`
    select target_ref as ref from entity_relations where source_ref = ${personRef} and type = 'memberOf' order by 1`);
  const payload = { userName: user?.name ?? "", personRef, by, groupRefs: groups.map(({ ref }) => ref) };
  await record(tx, { type: "person.linked", subjectId: userId, payload });
  return { isLinked: true };
}

export async function dropPerson(
  tx: Ctx,
  input: { userId: string; userName: string; personRef: string },
): Promise<void> {
  const { userId, userName, personRef } = input;
  await tx.db
    .update(users)
    .set({ personRef: null, personLinkedBy: null, personNote: null })
    .where(eq(users.id, userId));
  await record(tx, { type: "person.unlinked", subjectId: userId, payload: { userName, personRef } });
}

/** The first half of a key that all processes share; the second is the person's. */
const linkLock = 7_130_404;
