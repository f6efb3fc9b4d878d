import { and, eq, gt, isNull } from "drizzle-orm";
import { signInLinks } from "#db/schema/identity.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { sha256 } from "#server/core/crypto.ts";
import { type Browser, startSession } from "../start-session.ts";
import { SignInRefused } from "./refusal.ts";

/** Signs in the person of a link, once. Throws SignInRefused when it was used or is too old. */
export async function spendSignInLink(
  ctx: Ctx,
  input: { token: string; browser: Browser },
): Promise<{ sessionToken: string; expiresAt: Date }> {
  return inTransaction(ctx, async (tx) => {
    const [link] = await tx.db
      .update(signInLinks)
      .set({ usedAt: tx.now() })
      .where(
        and(
          eq(signInLinks.tokenHash, sha256(input.token)),
          isNull(signInLinks.usedAt),
          gt(signInLinks.expiresAt, tx.now()),
        ),
      )
      .returning({ userId: signInLinks.userId });
    if (!link) throw new SignInRefused("link", "the link was used, is too old or was never made");
    return startSession(tx, { userId: link.userId, via: "link", browser: input.browser });
  });
}
