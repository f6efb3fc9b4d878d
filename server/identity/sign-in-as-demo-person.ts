import { and, eq, isNull } from "drizzle-orm";
import { sessions, users } from "#db/schema/identity.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { randomToken, sha256 } from "#server/core/crypto.ts";
import { ensure, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { readMode } from "#server/installation/read.ts";
import type { SignInAsDemoPerson } from "./inputs.ts";
import { sessionMaxDays } from "./model.ts";
import { demoSignInRefusal } from "./policy.ts";

/**
 * Starts a session for one of the demo people. Returns the cookie's value, which is not kept: only its hash is.
 * `replaces` is the session that this browser had; it ends, so that a session never changes its person.
 */
export async function signInAsDemoPerson(
  ctx: Ctx,
  input: SignInAsDemoPerson,
  browser: { userAgent: string | null; replaces: string | null },
): Promise<{ sessionToken: string; expiresAt: Date }> {
  ensure(demoSignInRefusal(await readMode(ctx)));
  return inTransaction(ctx, async (tx) => {
    const [user] = await tx.db
      .select({ id: users.id, name: users.name })
      .from(users)
      .where(and(eq(users.id, input.personId), eq(users.isDemo, true), isNull(users.disabledAt)));
    if (!user) throw notFound("There is no such demo person; reload the page to see who is there");
    if (browser.replaces)
      await tx.db.delete(sessions).where(eq(sessions.tokenHash, sha256(browser.replaces)));
    const sessionToken = randomToken();
    const expiresAt = new Date(tx.now().getTime() + sessionMaxDays * 86_400_000);
    await tx.db.insert(sessions).values({
      tokenHash: sha256(sessionToken),
      userId: user.id,
      createdAt: tx.now(),
      seenAt: tx.now(),
      expiresAt,
      userAgent: browser.userAgent?.slice(0, 200) ?? null,
    });
    const as = {
      ...tx,
      actor: {
        kind: "user",
        id: user.id,
        name: user.name,
        role: "developer",
        personRef: null,
        groupRefs: [],
      },
    } satisfies Ctx;
    await record(as, {
      type: "session.started",
      subjectId: user.id,
      payload: { via: "demo", userName: user.name },
      isDemo: true,
    });
    return { sessionToken, expiresAt };
  });
}
