import { and, eq, isNull } from "drizzle-orm";
import { users } from "#db/schema/identity.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure, notFound } from "#server/core/errors.ts";
import { readMode } from "#server/installation/read.ts";
import type { SignInAsDemoPerson } from "./inputs.ts";
import { demoSignInRefusal } from "./policy.ts";
import { type Browser, startSession } from "./start-session.ts";

/**
 * Starts a session for one of the demo people. Returns the cookie's value, which is not kept: only its hash is.
 * The session that this browser had ends, so that a session never changes its person.
 */
export async function signInAsDemoPerson(
  ctx: Ctx,
  input: SignInAsDemoPerson,
  browser: Omit<Browser, "address"> & { address?: string | null },
): Promise<{ sessionToken: string; expiresAt: Date }> {
  ensure(demoSignInRefusal(await readMode(ctx)));
  return inTransaction(ctx, async (tx) => {
    const [user] = await tx.db
      .select({ id: users.id })
      .from(users)
      .where(and(eq(users.id, input.personId), eq(users.isDemo, true), isNull(users.disabledAt)));
    if (!user) throw notFound("There is no such demo person; reload the page to see who is there");
    return startSession(tx, { userId: user.id, via: "demo", browser: { address: null, ...browser } });
  });
}
