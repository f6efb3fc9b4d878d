import { and, eq, inArray } from "drizzle-orm";
import { connections, installation } from "#db/schema/core.ts";
import {
  apiTokens,
  groupRoles,
  ownershipReviews,
  serviceAccounts,
  sessions,
  signInAttempts,
  signInLinks,
  teamMaintainers,
  users,
} from "#db/schema/identity.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { evaluationConnection } from "#server/github/ensure-webhook-secret.ts";
import "#server/installation/events.ts";
import { lockDemo } from "./demo-record.ts";
import { moveToProductionRefusal } from "./policy.ts";
import { removeDemoData } from "./remove-demo-data.ts";

/**
 * Makes an evaluation a production portal whose setup is still to be done: removes the demo, and everything by which
 * somebody could come in who never proved who they are. What people imported, and the audit log of it, stay. Whoever did
 * it is signed out by it. Meant for the transaction that saves the sign-in provider.
 */
export async function moveToProduction(ctx: Ctx): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    await lockDemo(tx);
    const [row] = await tx.db.select({ mode: installation.mode }).from(installation);
    ensure(moveToProductionRefusal(ctx.actor, row?.mode ?? "production"));
    const { people } = await removeDemoData(tx, null);
    const counts = { people, ...(await removeAccess(tx)) };
    await tx.db.update(installation).set({
      mode: "production",
      setupTokenHash: null,
      setupTokenExpiresAt: null,
      setupSessionHash: null,
      setupSessionExpiresAt: null,
      setupFinishedAt: null,
      setupAnswered: [],
    });
    await record(tx, { type: "installation.moved-to-production", subjectId: "only", payload: counts });
  });
}

/**
 * An evaluation asks nobody for a password, so that everyone with an account on its machine could have made a token, a
 * mapping of groups to roles or a way in for another system.
 */
async function removeAccess(tx: Ctx): Promise<{ sessions: number; tokens: number }> {
  const ended = await tx.db.delete(sessions).returning({ id: sessions.id });
  await tx.db.delete(signInAttempts);
  await tx.db.delete(signInLinks);
  const tokens = await tx.db.delete(apiTokens).returning({ id: apiTokens.id });
  await tx.db.delete(serviceAccounts);
  await tx.db.delete(groupRoles);
  await tx.db.delete(teamMaintainers);
  await tx.db.delete(ownershipReviews);
  await tx.db.delete(users);
  await tx.db.delete(connections).where(inArray(connections.kind, ["scim", "ldap", "audit-sink"]));
  await tx.db
    .delete(connections)
    .where(and(eq(connections.kind, "github"), eq(connections.name, evaluationConnection)));
  return { sessions: ended.length, tokens: tokens.length };
}
