import { randomUUID } from "node:crypto";
import { apiTokens, sessions, users } from "#db/schema/identity.ts";
import type { Db } from "#db/types.ts";
import { sessionCookie } from "#server/auth/cookie.ts";
import { type Role, roles, type TokenScope, tokenScopes } from "#server/core/actor.ts";
import { randomToken, sha256 } from "#server/core/crypto.ts";
import { sessionIdleDays, tokenPrefix } from "#server/identity/model.ts";

/** How a person stands to the team whose things are asked for. */
export const teamRelations = ["own team", "other team", "no team"] as const;
export type TeamRelation = (typeof teamRelations)[number];

/** What a request carries. */
export type Carried = { cookie: string | null; authorization: string | null };

/** Who asks: with real credentials, of which real rows know, so that the whole way from request to actor is walked. */
export type Caller = { name: string; carried: Carried } & (
  | { kind: "nobody" }
  | { kind: "person"; role: Role; team: TeamRelation; userId: string }
  | { kind: "token"; role: Role; scope: TokenScope }
);

const day = 86_400_000;
const withCookie = (token: string): Carried => ({ cookie: `${sessionCookie}=${token}`, authorization: null });
const withBearer = (token: string): Carried => ({ cookie: null, authorization: `Bearer ${token}` });

/** The people of the two teams, by refs of the catalogue; null belongs to no team. */
export type TeamPeople = Record<TeamRelation, string | null>;

/**
 * Everybody whom the matrix knows: each role in each relation to the team, a token of each role and scope, and all who
 * count as nobody because their credentials do not hold.
 */
export async function makeCallers(db: Db, people: TeamPeople): Promise<Caller[]> {
  const callers: Caller[] = [
    { name: "nobody", kind: "nobody", carried: { cookie: null, authorization: null } },
  ];
  for (const role of roles) {
    for (const team of teamRelations) {
      const { userId, cookie } = await addPerson(db, { role, personRef: people[team] });
      callers.push({
        name: `${role}, ${team}`,
        kind: "person",
        role,
        team,
        userId,
        carried: withCookie(cookie),
      });
    }
    for (const scope of tokenScopes) {
      const token = await addToken(db, { role, scope });
      callers.push({
        name: `${role}'s token, ${scope}`,
        kind: "token",
        role,
        scope,
        carried: withBearer(token),
      });
    }
  }
  return [...callers, ...(await makeRefused(db, people))];
}

async function makeRefused(db: Db, people: TeamPeople): Promise<Caller[]> {
  const admin = { role: "admin", personRef: people["own team"] } as const;
  const ago = (days: number) => new Date(Date.now() - days * day);
  const disabled = await addPerson(db, { ...admin, disabledAt: new Date() });
  const expired = await addPerson(db, { ...admin, expiresAt: ago(0.001) });
  const idle = await addPerson(db, { ...admin, seenAt: ago(sessionIdleDays + 1) });
  const valid = await addPerson(db, admin);
  const carried: Record<string, Carried> = {
    "a disabled admin": withCookie(disabled.cookie),
    "an admin's expired session": withCookie(expired.cookie),
    "an admin's idle session": withCookie(idle.cookie),
    "a session that nobody started": withCookie(randomToken()),
    "a revoked admin token": withBearer(
      await addToken(db, { role: "admin", scope: "read", revokedAt: ago(1) }),
    ),
    "an expired admin token": withBearer(
      await addToken(db, { role: "admin", scope: "read", expiresAt: ago(1) }),
    ),
    "a token that nobody made": withBearer(tokenPrefix + randomToken()),
    "a wrong token beside a valid admin session": {
      ...withCookie(valid.cookie),
      authorization: `Bearer ${tokenPrefix}${randomToken()}`,
    },
    "an admin session sent as a bearer token": withBearer(valid.cookie),
  };
  return Object.entries(carried).map(([name, it]) => ({ name, kind: "nobody", carried: it }));
}

async function addPerson(
  db: Db,
  input: { role: Role; personRef: string | null; disabledAt?: Date; expiresAt?: Date; seenAt?: Date },
): Promise<{ userId: string; cookie: string }> {
  const userId = randomUUID();
  const cookie = randomToken();
  const { role, personRef, disabledAt = null } = input;
  await db.insert(users).values({ id: userId, name: `A ${role}`, role, personRef, disabledAt });
  await db.insert(sessions).values({
    tokenHash: sha256(cookie),
    userId,
    expiresAt: input.expiresAt ?? new Date(Date.now() + day),
    seenAt: input.seenAt ?? new Date(),
  });
  return { userId, cookie };
}

async function addToken(
  db: Db,
  input: { role: Role; scope: TokenScope; revokedAt?: Date; expiresAt?: Date },
): Promise<string> {
  const token = tokenPrefix + randomToken();
  await db.insert(apiTokens).values({
    name: `Token ${randomUUID()}`,
    tokenHash: sha256(token),
    hint: token.slice(-4),
    createdByName: "A test",
    role: input.role,
    scopes: [input.scope],
    expiresAt: input.expiresAt ?? new Date(Date.now() + day),
    revokedAt: input.revokedAt ?? null,
  });
  return token;
}
