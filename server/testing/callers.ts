import { randomUUID } from "node:crypto";
import {
  accounts,
  apiTokens,
  serviceAccounts,
  sessions,
  teamMaintainers,
  users,
} from "#db/schema/identity.ts";
import type { Db } from "#db/types.ts";
import { sessionCookieName } from "#server/auth/cookie.ts";
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
  | {
      kind: "person";
      role: Role;
      team: TeamRelation;
      /** Whose team they look after in the portal. */
      maintains: TeamRelation | null;
      userId: string;
      sessionId: string;
      accountId: string;
    }
  /** `team` is that of a service account; a personal token has none. */
  | { kind: "token"; role: Role; scope: TokenScope; team: TeamRelation }
);

const day = 86_400_000;
const withCookie = (token: string): Carried => ({
  cookie: `${sessionCookieName()}=${token}`,
  authorization: null,
});
const withBearer = (token: string): Carried => ({ cookie: null, authorization: `Bearer ${token}` });

const teamNames: Record<TeamRelation, string | null> = {
  "own team": "ours",
  "other team": "theirs",
  "no team": null,
};
const groupsOf = (team: TeamRelation) => (teamNames[team] ? [`group:default/${teamNames[team]}`] : []);

/** Who of the catalogue a caller is: each is somebody of their own. */
export const personOf = (role: Role | "maintainer", team: TeamRelation): string | null =>
  teamNames[team] ? `user:default/${role}-${teamNames[team]}` : null;

/**
 * Everybody whom the matrix knows: each role in each relation to the team (for guests: the team that they are limited to),
 * maintainers, a token of each role and scope, tokens of service accounts, and all who count as nobody because their
 * credentials do not hold.
 */
export async function makeCallers(db: Db): Promise<Caller[]> {
  const callers: Caller[] = [
    { name: "nobody", kind: "nobody", carried: { cookie: null, authorization: null } },
  ];
  for (const role of roles) {
    for (const team of teamRelations) {
      callers.push(await addPersonCaller(db, { role, team, maintains: null }));
    }
    for (const scope of tokenScopes) {
      const token = await addToken(db, { role, scope });
      callers.push({
        name: `${role}'s token, ${scope}`,
        kind: "token",
        role,
        scope,
        team: "no team",
        carried: withBearer(token),
      });
    }
  }
  for (const team of ["own team", "other team"] as const)
    callers.push(await addPersonCaller(db, { role: "developer", team, maintains: team }));
  return [...callers, ...(await makeServiceCallers(db)), ...(await makeRefused(db))];
}

async function addPersonCaller(
  db: Db,
  { role, team, maintains }: { role: Role; team: TeamRelation; maintains: TeamRelation | null },
): Promise<Caller> {
  const personRef = personOf(maintains ? "maintainer" : role, team);
  const guestGroupRefs = role === "guest" ? groupsOf(team) : [];
  const { cookie, ...ids } = await addPerson(db, { role, personRef, guestGroupRefs });
  if (maintains)
    for (const groupRef of groupsOf(maintains))
      await db.insert(teamMaintainers).values({ groupRef, userId: ids.userId, createdByName: "A test" });
  const name = `${maintains ? "maintainer" : role}, ${team}`;
  return { name, kind: "person", role, team, maintains, ...ids, carried: withCookie(cookie) };
}

/** Programs of a team: the account says what the token may do, whatever role stands in the token's own row. */
async function makeServiceCallers(db: Db): Promise<Caller[]> {
  const callers: Caller[] = [];
  for (const [role, team] of [
    ["guest", "own team"],
    ["guest", "other team"],
    ["developer", "own team"],
  ] as const) {
    const serviceAccountId = await addServiceAccount(db, { role, team });
    for (const scope of ["read", "write"] as const) {
      const token = await addToken(db, { role: "admin", scope, serviceAccountId });
      const name = `a service account, ${role}, ${team}, ${scope}`;
      callers.push({ name, kind: "token", role, scope, team, carried: withBearer(token) });
    }
  }
  return callers;
}

async function addServiceAccount(
  db: Db,
  { role, team, disabledAt = null }: { role: Role; team: TeamRelation; disabledAt?: Date | null },
): Promise<string> {
  const [row] = await db
    .insert(serviceAccounts)
    .values({
      name: `Account ${randomUUID()}`,
      role,
      groupRefs: groupsOf(team),
      createdByName: "A test",
      disabledAt,
    })
    .returning({ id: serviceAccounts.id });
  return row?.id ?? "";
}

async function makeRefused(db: Db): Promise<Caller[]> {
  const admin = { role: "admin", personRef: null } as const;
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
    "a disabled service account's token": withBearer(
      await addToken(db, {
        role: "admin",
        scope: "read",
        serviceAccountId: await addServiceAccount(db, { role: "admin", team: "no team", disabledAt: ago(1) }),
      }),
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
  input: {
    role: Role;
    personRef: string | null;
    guestGroupRefs?: string[];
    disabledAt?: Date;
    expiresAt?: Date;
    seenAt?: Date;
  },
): Promise<{ userId: string; cookie: string; sessionId: string; accountId: string }> {
  const [userId, sessionId, accountId] = [randomUUID(), randomUUID(), randomUUID()];
  const cookie = randomToken();
  const { role, personRef, guestGroupRefs = [], disabledAt = null } = input;
  const values = {
    id: userId,
    name: `A ${role}`,
    role,
    roleSource: "admin",
    personRef,
    guestGroupRefs,
    disabledAt,
  } as const;
  await db.insert(users).values(values);
  await db.insert(sessions).values({
    tokenHash: sha256(cookie),
    id: sessionId,
    userId,
    expiresAt: input.expiresAt ?? new Date(Date.now() + day),
    seenAt: input.seenAt ?? new Date(),
  });
  // Two, so that one of them can be taken away.
  for (const id of [accountId, randomUUID()])
    await db
      .insert(accounts)
      .values({ id, userId, issuer: "https://id.test", subject: id, name: `A ${role}` });
  return { userId, cookie, sessionId, accountId };
}

async function addToken(
  db: Db,
  input: { role: Role; scope: TokenScope; revokedAt?: Date; expiresAt?: Date; serviceAccountId?: string },
): Promise<string> {
  const token = tokenPrefix + randomToken();
  await db.insert(apiTokens).values({
    name: `Token ${randomUUID()}`,
    tokenHash: sha256(token),
    hint: token.slice(-4),
    createdByName: "A test",
    role: input.role,
    scopes: [input.scope],
    serviceAccountId: input.serviceAccountId ?? null,
    expiresAt: input.expiresAt ?? new Date(Date.now() + day),
    revokedAt: input.revokedAt ?? null,
  });
  return token;
}
