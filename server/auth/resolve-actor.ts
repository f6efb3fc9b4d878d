import { and, eq, gt, isNotNull, isNull, lt, or, sql } from "drizzle-orm";
import { keptStatement } from "#db/kept-statement.ts";
import { apiTokens, serviceAccounts, sessions, teamMaintainers, users } from "#db/schema/identity.ts";
import type { Db } from "#db/types.ts";
import { readGroupRefs } from "#server/catalog/reads/group-refs.ts";
import { type Actor, anonymous, limitOf } from "#server/core/actor.ts";
import { sha256 } from "#server/core/crypto.ts";
import { sharedRead } from "#server/core/shared-read.ts";
import { sessionIdleDays, sessionSeenMinutes, tokenPrefix } from "#server/identity/model.ts";
import { readSessionCookie } from "./cookie.ts";

const ago = (now: Date, milliseconds: number) => new Date(now.getTime() - milliseconds);

export type Carried = { cookie: string | null | undefined; authorization: string | null | undefined };

/**
 * Who asks, and the catalogue's version when they were looked up, which spares a reader one way to the database and back.
 * Null when it was not read.
 */
export type Resolved = { actor: Actor; catalogueVersion: string | null };

const nobody: Resolved = { actor: anonymous, catalogueVersion: null };

/**
 * Turns what a request carries into an Actor: a bearer token if there is one, else the session cookie, else nobody.
 * A bearer token that does not hold never falls back to the cookie. Looked up on every request, so that ending a session,
 * revoking a token or disabling a person works at once.
 */
export async function resolveActor(db: Db, carried: Carried, now: Date): Promise<Actor> {
  return (await resolveRequest(db, carried, now)).actor;
}

/** As `resolveActor`, with the version of the catalogue. */
export async function resolveRequest(db: Db, carried: Carried, now: Date): Promise<Resolved> {
  if (carried.authorization) {
    const token = /^Bearer ([\w-]{1,200})$/i.exec(carried.authorization)?.[1];
    if (!token?.startsWith(tokenPrefix)) return nobody;
    return sharedRead(db, `token ${token}`, () => actorOfToken(db, token, now));
  }
  const session = readSessionCookie(carried.cookie);
  return session ? await actorOfSession(db, session, now) : nobody;
}

const catalogueVersion = sql<string | null>`(select version::text from catalogue_state)`;

/** Asked for with every request of a script, so PostgreSQL reads the statement once for each connection. */
const tokenStatement = keptStatement((db) =>
  db
    .select({
      catalogueVersion,
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
        eq(apiTokens.tokenHash, sql.placeholder("tokenHash")),
        isNull(apiTokens.revokedAt),
        gt(apiTokens.expiresAt, sql.placeholder("now")),
        isNull(serviceAccounts.disabledAt),
        // A personal token goes with its person; one of a service account belongs to a team.
        or(isNotNull(apiTokens.serviceAccountId), isNull(users.disabledAt)),
      ),
    )
    .prepare("token"),
);

async function actorOfToken(db: Db, token: string, now: Date): Promise<Resolved> {
  const [row] = await tokenStatement(db).execute({ tokenHash: sha256(token), now: now.toISOString() });
  if (!row) return nobody;
  if (!row.usedAt || row.usedAt < ago(now, sessionSeenMinutes * 60_000))
    await db.update(apiTokens).set({ usedAt: now }).where(eq(apiTokens.id, row.id));
  const role = row.accountRole ?? row.role;
  const name = row.accountName ? `${row.accountName} (${row.name})` : row.name;
  const groupRefs = row.groupRefs ?? [];
  const { id, scopes } = row;
  const limitedTo = limitOf(role, groupRefs);
  return {
    actor: { kind: "token", id, name, role, scopes, groupRefs, limitedTo },
    catalogueVersion: row.catalogueVersion,
  };
}

async function actorOfSession(db: Db, token: string, now: Date): Promise<Resolved> {
  const tokenHash = sha256(token);
  const [row] = await db
    .select({
      catalogueVersion,
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
  if (!row) return nobody;
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
  return {
    actor: { kind: "user", id, name, role, personRef, groupRefs, limitedTo, maintains, session },
    catalogueVersion: row.catalogueVersion,
  };
}
