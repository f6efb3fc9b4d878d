import { and, eq, isNull } from "drizzle-orm";
import { apiTokens, serviceAccounts } from "#db/schema/identity.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { conflict, ensure, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import type { ServiceAccountId } from "../people/inputs.ts";
import { serviceAccountRefusal } from "../policy.ts";
import "../events.ts";

/** Ends all tokens of a service account at once. They stay ended when it is switched on again. */
export async function disableServiceAccount(ctx: Ctx, input: ServiceAccountId): Promise<{ tokens: number }> {
  return inTransaction(ctx, async (tx) => {
    const account = await lockServiceAccount(tx, input.id);
    if (account.disabledAt) throw conflict("It is disabled already");
    await tx.db.update(serviceAccounts).set({ disabledAt: tx.now() }).where(eq(serviceAccounts.id, input.id));
    const ended = await tx.db
      .update(apiTokens)
      .set({ revokedAt: tx.now() })
      .where(and(eq(apiTokens.serviceAccountId, input.id), isNull(apiTokens.revokedAt)))
      .returning({ id: apiTokens.id });
    const payload = { name: account.name, tokens: ended.length };
    await record(tx, { type: "service-account.disabled", subjectId: input.id, payload });
    return { tokens: ended.length };
  });
}

export async function enableServiceAccount(ctx: Ctx, input: ServiceAccountId): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const account = await lockServiceAccount(tx, input.id);
    if (!account.disabledAt) throw conflict("It is not disabled");
    await tx.db.update(serviceAccounts).set({ disabledAt: null }).where(eq(serviceAccounts.id, input.id));
    const payload = { name: account.name };
    await record(tx, { type: "service-account.enabled", subjectId: input.id, payload });
  });
}

/** The account, locked, for an actor who may change it; to others it is refused whether it is there or not. */
export async function lockServiceAccount(tx: Ctx, id: string) {
  const [account] = await tx.db
    .select({
      id: serviceAccounts.id,
      name: serviceAccounts.name,
      role: serviceAccounts.role,
      groupRefs: serviceAccounts.groupRefs,
      disabledAt: serviceAccounts.disabledAt,
    })
    .from(serviceAccounts)
    .where(eq(serviceAccounts.id, id))
    .for("update");
  ensure(serviceAccountRefusal(tx.actor, account ?? { role: "guest", groupRefs: [] }));
  if (!account) throw notFound("There is no such service account");
  return account;
}
