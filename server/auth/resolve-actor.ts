import { and, eq, gt, isNotNull, isNull, lt, or, sql } from "drizzle-orm";
import { apiTokens, serviceAccounts, sessions, teamMaintainers, users } from "#db/schema/identity.ts";
import type { Db } from "#db/types.ts";
import { readGroupRefs } from "#server/catalog/reads/group-refs.ts";
import { type Actor, anonymous, limitOf } from "#server/core/actor.ts";
import { sha256 } from "#server/core/crypto.ts";
import { sharedRead } from "#server/core/shared-read.ts";
import { sessionIdleDays, sessionSeenMinutes, tokenPrefix } from "#server/identity/model.ts";
import { readSessionCookie } from "./cookie.ts";

const ago = (now: Date, milliseconds: number) => new Date(now.getTime() - milliseconds);

/**
 * Turns what a request carries into an Actor: a bearer token if there is one, else the session cookie, else nobody.
 * A bearer token that does not hold never falls back to the cookie. Looked up on every request, so that ending a session,
 * revoking a token or disabling a person works at once.
 */
export async function resolveActor(
  db: Db,
  carried: { cookie: string | null | undefined; authorization: string | null | undefined },
  now: Date,
): Promise<Actor> {
  if (carried.authorization) {
    const token = /^Bearer ([\w-]{1,200})$/i.exec(carried.authorization)?.[1];
    if (!token?.startsWith(tokenPrefix)) return anonymous;
    return sharedRead(db, `token ${token}`, () => actorOfToken(db, token, now));
  }
  const session = readSessionCookie(carried.cookie);
  return session ? await actorOfSession(db, session, now) : anonymous;
}

async function actorOfToken(db: Db, token: string, now: Date): Promise<Actor> {
  const [row] = await db
    .select({
      id: apiTokens.id,
      name: apiTokens.name,
      role: apiTokens.role,
      scopes: apiTokens.scopes,
      usedAt: apiTokens.usedAt,
      accountName: serviceAccounts.name,
      accountRole: serviceAccounts.role,
      groupRefs: serviceAccounts.groupRefs,
    })
    .from(apiTokens)
    .leftJoin(serviceAccounts, eq(serviceAccounts.id, apiTokens.serviceAccountId))
    .leftJoin(users, eq(users.id, apiTokens.createdBy))
    .where(
      and(
        eq(apiTokens.tokenHash, sha256(token)),
        isNull(apiTokens.revokedAt),
        gt(apiTokens.expiresAt, now),
        isNull(serviceAccounts.disabledAt),
        // A personal token goes with its person; one of a service account belongs to a team.
        or(isNotNull(apiTokens.serviceAccountId), isNull(users.disabledAt)),
      ),
    );
  if (!row) return anonymous;
  if (!row.usedAt || row.usedAt < ago(now, sessionSeenMinutes * 60_000))
    await db.update(apiTokens).set({ usedAt: now }).where(eq(apiTokens.id, row.id));
  const role = row.accountRole ?? row.role;
  const name = row.accountName ? `${row.accountName} (${row.name})` : row.name;
  const groupRefs = row.groupRefs ?? [];
  return {
    kind: "token",
    id: row.id,
    name,
    role,
    scopes: row.scopes,
    groupRefs,
    limitedTo: limitOf(role, groupRefs),
  };
}

async function actorOfSession(db: Db, token: string, now: Date): Promise<Actor> {
  const tokenHash = sha256(token);
  const [row] = await db
    .select({
      id: users.id,
      name: users.name,
      role: users.role,
      personRef: users.personRef,
      guestGroupRefs: users.guestGroupRefs,
      maintains: sql<string[]>`array(select ${teamMaintainers.groupRef} from ${teamMaintainers}
        where ${teamMaintainers.userId} = ${users.id} order by 1)`,
      seenAt: sessions.seenAt,
      sessionId: sessions.id,
      authenticatedAt: sessions.authenticatedAt,
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(
      and(
        eq(sessions.tokenHash, tokenHash),
        gt(sessions.expiresAt, now),
        gt(sessions.seenAt, ago(now, sessionIdleDays * 86_400_000)),
        isNull(users.disabledAt),
      ),
    );
  if (!row) return anonymous;
  const seenBefore = ago(now, sessionSeenMinutes * 60_000);
  if (row.seenAt < seenBefore)
    await db
      .update(sessions)
      .set({ seenAt: sql`greatest(${sessions.seenAt}, ${now.toISOString()}::timestamptz)` })
      .where(and(eq(sessions.tokenHash, tokenHash), lt(sessions.seenAt, seenBefore)));
  const groupRefs = row.personRef ? await readGroupRefs(db, row.personRef) : [];
  const { id, name, role, personRef, maintains } = row;
  const limitedTo = limitOf(role, row.guestGroupRefs);
  const session = { id: row.sessionId, authenticatedAt: row.authenticatedAt };
  return { kind: "user", id, name, role, personRef, groupRefs, limitedTo, maintains, session };
}
