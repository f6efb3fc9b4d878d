import { eq } from "drizzle-orm";
import { apiTokens, users } from "#db/schema/identity.ts";
import { actorLabel } from "#server/core/actor.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { randomToken, sha256 } from "#server/core/crypto.ts";
import { conflict, DomainError, ensure } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { CreateToken } from "./inputs.ts";
import { tokenPrefix } from "./model.ts";
import { createTokenRefusal } from "./policy.ts";

/** Makes an API token. The token itself is in this answer and nowhere else: only its hash is kept. */
export async function createToken(
  ctx: Ctx,
  raw: CreateToken,
): Promise<{ token: string; id: string; expiresAt: Date }> {
  const input = CreateToken.parse(raw);
  ensure(createTokenRefusal(ctx.actor, input));
  const token = tokenPrefix + randomToken();
  const expiresAt = new Date(ctx.now().getTime() + input.days * 86_400_000);
  return inTransaction(ctx, async (tx) => {
    await ensureStillMay(tx, input);
    const [row] = await tx.db
      .insert(apiTokens)
      .values({
        name: input.name,
        tokenHash: sha256(token),
        hint: token.slice(-4),
        role: input.role,
        scopes: [...new Set(input.scopes)],
        createdByName: actorLabel(ctx.actor).name,
        createdBy: ctx.actor.kind === "user" ? ctx.actor.id : null,
        createdAt: tx.now(),
        expiresAt,
      })
      .onConflictDoNothing()
      .returning({ id: apiTokens.id });
    if (!row)
      throw conflict(
        `A token named "${input.name}" exists already: revoke it or choose another name`,
        "name",
      );
    await record(tx, {
      type: "token.created",
      subjectId: row.id,
      payload: {
        name: input.name,
        role: input.role,
        scopes: input.scopes,
        expiresAt: expiresAt.toISOString(),
      },
    });
    return { token, id: row.id, expiresAt };
  });
}

/**
 * Asks once more, while nobody can change it: whoever is disabled or loses their role at this very moment gets no token
 * that outlives it.
 */
async function ensureStillMay(tx: Ctx, input: ReturnType<typeof CreateToken.parse>): Promise<void> {
  const { actor } = tx;
  if (actor.kind !== "user") return;
  const [user] = await tx.db
    .select({ role: users.role, disabledAt: users.disabledAt })
    .from(users)
    .where(eq(users.id, actor.id))
    .for("share");
  if (!user || user.disabledAt)
    throw new DomainError("unauthenticated", "Your account was disabled meanwhile");
  ensure(createTokenRefusal({ ...actor, role: user.role }, input));
}
