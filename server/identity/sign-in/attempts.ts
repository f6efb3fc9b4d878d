import { and, eq, gt, lt } from "drizzle-orm";
import { signInAttempts } from "#db/schema/identity.ts";
import type { Ctx } from "#server/core/context.ts";
import { open, randomToken, type SecretPlace, seal, sha256 } from "#server/core/crypto.ts";
import type { Keyring } from "#server/core/keyring.ts";

/** How long somebody may take at the provider. */
export const attemptMinutes = 10;

export type AttemptPurpose = "sign-in" | "link" | "confirm" | "setup";

/** What only this portal and, in part, the provider know of one sign-in (RFC 7636; OpenID Connect Core 3.1.2.1). */
export type AttemptSecrets = { verifier: string; nonce: string };

export type Attempt = {
  purpose: AttemptPurpose;
  userId: string | null;
  returnTo: string;
  secrets: AttemptSecrets;
  createdAt: Date;
};

type Opening = {
  connectionId: string;
  purpose: AttemptPurpose;
  /** The cookie that binds the attempt to the browser that begins it. */
  browserToken: string;
  userId: string | null;
  returnTo: string;
  secrets: AttemptSecrets;
};

const placeOf = (stateHash: Buffer): SecretPlace => ({
  table: "sign_in_attempts",
  row: stateHash.toString("hex"),
  column: "sealed",
});

/** Writes down that a sign-in begins and answers with its `state`, of which only the hash is kept. */
export async function openAttempt(ctx: Ctx, input: Opening, keyring: Keyring): Promise<{ state: string }> {
  const state = randomToken();
  const stateHash = sha256(state);
  const now = ctx.now();
  const { connectionId, purpose, userId, returnTo } = input;
  await ctx.db.delete(signInAttempts).where(lt(signInAttempts.expiresAt, now));
  await ctx.db.insert(signInAttempts).values({
    stateHash,
    browserHash: sha256(input.browserToken),
    connectionId,
    purpose,
    userId,
    returnTo,
    sealed: seal(keyring, placeOf(stateHash), JSON.stringify(input.secrets)),
    createdAt: now,
    expiresAt: new Date(now.getTime() + attemptMinutes * 60_000),
  });
  return { state };
}

/**
 * Takes an attempt out, once: what was used, is older than ten minutes, was begun in another browser or at another
 * provider is not there. Another browser's try does not use it up.
 */
export async function takeAttempt(
  ctx: Ctx,
  input: { state: string; browserToken: string; connectionId: string },
  keyring: Keyring,
): Promise<Attempt | null> {
  const stateHash = sha256(input.state);
  const [row] = await ctx.db
    .delete(signInAttempts)
    .where(
      and(
        eq(signInAttempts.stateHash, stateHash),
        eq(signInAttempts.browserHash, sha256(input.browserToken)),
        eq(signInAttempts.connectionId, input.connectionId),
        gt(signInAttempts.expiresAt, ctx.now()),
      ),
    )
    .returning();
  if (!row) return null;
  const secrets = JSON.parse(open(keyring, placeOf(stateHash), row.sealed)) as AttemptSecrets;
  const { purpose, userId, returnTo, createdAt } = row;
  return { purpose, userId, returnTo, createdAt, secrets };
}
