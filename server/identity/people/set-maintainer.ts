import { and, eq, isNull, sql } from "drizzle-orm";
import { teamMaintainers, users } from "#db/schema/identity.ts";
import { actorLabel } from "#server/core/actor.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { conflict, ensure, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { maintainersRefusal } from "../policy.ts";
import type { SetMaintainer } from "./inputs.ts";
import "../events.ts";

/** Names somebody who looks after a team's matters in the portal, or takes that back. Doing it twice changes nothing. */
export async function setMaintainer(ctx: Ctx, input: SetMaintainer): Promise<void> {
  const { groupRef, userId, isOn } = input;
  ensure(maintainersRefusal(ctx.actor, groupRef));
  await inTransaction(ctx, async (tx) => {
    const [user] = await tx.db
      .select({ name: users.name, role: users.role })
      .from(users)
      .where(and(eq(users.id, userId), isNull(users.disabledAt)));
    if (!user) throw notFound("There is no such person who can sign in");
    if (isOn && user.role === "guest")
      throw conflict("A guest cannot look after a team: give them another role first");
    if (isOn) await ensureTeam(tx, groupRef);
    const changed = isOn
      ? await tx.db
          .insert(teamMaintainers)
          .values({ groupRef, userId, createdAt: tx.now(), createdByName: actorLabel(tx.actor).name })
          .onConflictDoNothing()
          .returning({ userId: teamMaintainers.userId })
      : await tx.db
          .delete(teamMaintainers)
          .where(and(eq(teamMaintainers.groupRef, groupRef), eq(teamMaintainers.userId, userId)))
          .returning({ userId: teamMaintainers.userId });
    if (changed.length === 0) return;
    const payload = { userName: user.name, groupRef };
    await record(tx, { type: isOn ? "maintainer.named" : "maintainer.removed", subjectId: userId, payload });
  });
}

async function ensureTeam(tx: Ctx, groupRef: string): Promise<void> {
  const [group] = await tx.db.execute(
    sql`select 1 from entities where ref = ${groupRef} and kind_key = 'group' and file_gone_at is null`,
  );
  if (!group) throw notFound(`The catalog has no group ${groupRef}`);
}
