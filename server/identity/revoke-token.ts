import { and, eq, isNull } from "drizzle-orm";
import { apiTokens } from "#db/schema/identity.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import type { RevokeToken } from "./inputs.ts";
import { revokeTokenRefusal } from "./policy.ts";

/** Ends a token at once: the next request that carries it is refused. */
export async function revokeToken(ctx: Ctx, input: RevokeToken): Promise<void> {
  ensure(revokeTokenRefusal(ctx.actor));
  await inTransaction(ctx, async (tx) => {
    const [row] = await tx.db
      .update(apiTokens)
      .set({ revokedAt: tx.now() })
      .where(and(eq(apiTokens.id, input.id), isNull(apiTokens.revokedAt)))
      .returning({ name: apiTokens.name });
    if (!row) throw notFound("There is no such token, or it was revoked already");
    await record(tx, { type: "token.revoked", subjectId: input.id, payload: { name: row.name } });
  });
}
