import { and, eq, isNull } from "drizzle-orm";
import { sessions, users } from "#db/schema/identity.ts";
import type { Ctx } from "#server/core/context.ts";
import { randomToken, sha256 } from "#server/core/crypto.ts";
import { DomainError } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import "./events.ts";
import { sessionMaxDays } from "./model.ts";

export type NewSession = {
  userId: string;
  via: "demo" | "provider" | "link";
  /** The account that was proven; null for a demo person and for a sign-in link. */
  accountId?: string | null;
  /** The provider's name, for the event log. */
  provider?: string;
  browser: Browser;
  /** When this person proved who they are, where that is not now. */
  authenticatedAt?: Date;
};

/** What is known of the browser. `replaces` is the token of the session that it had: it ends with this one's start. */
export type Browser = { userAgent: string | null; address: string | null; replaces: string | null };

/**
 * Starts a session in the caller's transaction and answers with the cookie's value, which is not kept: only its hash is.
 * A browser never keeps its former token, so that nobody who planted one rides along (session fixation).
 * Throws "forbidden" for a disabled person.
 */
export async function startSession(
  tx: Ctx,
  input: NewSession,
): Promise<{ sessionToken: string; expiresAt: Date; sessionId: string }> {
  const [user] = await tx.db
    .select({ name: users.name, isDemo: users.isDemo })
    .from(users)
    .where(and(eq(users.id, input.userId), isNull(users.disabledAt)))
    .for("update");
  if (!user) throw new DomainError("forbidden", "This account is disabled: ask an admin of this portal");
  const { replaces, userAgent, address } = input.browser;
  if (replaces) await tx.db.delete(sessions).where(eq(sessions.tokenHash, sha256(replaces)));
  const sessionToken = randomToken();
  const now = tx.now();
  const expiresAt = new Date(now.getTime() + sessionMaxDays * 86_400_000);
  const [row] = await tx.db
    .insert(sessions)
    .values({
      tokenHash: sha256(sessionToken),
      userId: input.userId,
      accountId: input.accountId ?? null,
      via: input.via,
      authenticatedAt: input.authenticatedAt ?? now,
      createdAt: now,
      seenAt: now,
      expiresAt,
      userAgent: userAgent?.slice(0, 200) ?? null,
      address: address?.slice(0, 60) ?? null,
    })
    .returning({ id: sessions.id });
  await tx.db.update(users).set({ signedInAt: now }).where(eq(users.id, input.userId));
  await record(asUser(tx, input.userId, user.name), {
    type: "session.started",
    subjectId: input.userId,
    payload: {
      via: input.via,
      userName: user.name,
      ...(input.provider ? { provider: input.provider } : {}),
    },
    isDemo: user.isDemo,
  });
  return { sessionToken, expiresAt, sessionId: row?.id ?? "" };
}

/** The person who just proved who they are, for what is recorded of it; of no use for asking what they may. */
export function asUser(tx: Ctx, id: string, name: string): Ctx {
  const nothing = { personRef: null, groupRefs: [], limitedTo: [], maintains: [], session: null };
  return { ...tx, actor: { kind: "user", id, name, role: "guest", ...nothing } };
}
