import { apiTokens } from "#db/schema/identity.ts";
import { actorLabel } from "#server/core/actor.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { randomToken, sha256 } from "#server/core/crypto.ts";
import { conflict } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { CreateServiceToken } from "../inputs.ts";
import { tokenPrefix } from "../model.ts";
import { lockServiceAccount } from "./switch-service-account.ts";
import "../events.ts";

/** Makes a token of a service account, which may do what the account may. It is in this answer and nowhere else. */
export async function createServiceToken(
  ctx: Ctx,
  raw: CreateServiceToken,
): Promise<{ token: string; id: string; expiresAt: Date }> {
  const input = CreateServiceToken.parse(raw);
  return inTransaction(ctx, async (tx) => {
    const account = await lockServiceAccount(tx, input.serviceAccountId);
    if (account.disabledAt) throw conflict("The service account is disabled: enable it first");
    const token = tokenPrefix + randomToken();
    const expiresAt = new Date(tx.now().getTime() + input.days * 86_400_000);
    const [row] = await tx.db
      .insert(apiTokens)
      .values({
        name: input.name,
        tokenHash: sha256(token),
        hint: token.slice(-4),
        role: account.role,
        scopes: [...new Set(input.scopes)],
        serviceAccountId: account.id,
        createdBy: tx.actor.kind === "user" ? tx.actor.id : null,
        createdByName: actorLabel(tx.actor).name,
        createdAt: tx.now(),
        expiresAt,
      })
      .onConflictDoNothing()
      .returning({ id: apiTokens.id });
    if (!row) throw conflict(`A token named "${input.name}" exists already: choose another name`, "name");
    const { name, scopes } = input;
    const payload = { name, role: account.role, scopes, expiresAt: expiresAt.toISOString() };
    await record(tx, { type: "token.created", subjectId: row.id, payload });
    return { token, id: row.id, expiresAt };
  });
}
