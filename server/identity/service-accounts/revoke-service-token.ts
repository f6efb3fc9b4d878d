import { and, eq, isNotNull, isNull } from "drizzle-orm";
import { apiTokens } from "#db/schema/identity.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import type { RevokeToken } from "../inputs.ts";
import { serviceAccountRefusal } from "../policy.ts";
import { lockServiceAccount } from "./switch-service-account.ts";
import "../events.ts";

/** Ends one token of a service account at once. */
export async function revokeServiceToken(ctx: Ctx, input: RevokeToken): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const live = and(
      eq(apiTokens.id, input.id),
      isNotNull(apiTokens.serviceAccountId),
      isNull(apiTokens.revokedAt),
    );
    const [token] = await tx.db
      .select({ name: apiTokens.name, accountId: apiTokens.serviceAccountId })
      .from(apiTokens)
      .where(live);
    if (!token?.accountId) {
      ensure(serviceAccountRefusal(tx.actor, { role: "guest", groupRefs: [] }));
      throw notFound("There is no such token, or it was revoked already");
    }
    await lockServiceAccount(tx, token.accountId);
    await tx.db.update(apiTokens).set({ revokedAt: tx.now() }).where(live);
    await record(tx, { type: "token.revoked", subjectId: input.id, payload: { name: token.name } });
  });
}
