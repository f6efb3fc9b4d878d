import { and, asc, desc, eq, isNotNull, isNull, sql } from "drizzle-orm";
import { apiTokens, serviceAccounts, users } from "#db/schema/identity.ts";
import type { Role, TokenScope } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { notNow, type Refusal, refusal } from "#server/core/refusal.ts";
import { readTokensRefusal, revokeTokenRefusal } from "./policy.ts";

export type DemoPerson = { id: string; name: string; role: Role; title: string };

/** The people that an evaluation offers on its sign-in page, in the order of the offer. Readable before sign-in. */
export async function readDemoPeople(ctx: Ctx): Promise<DemoPerson[]> {
  const rows = await ctx.db
    .select({ id: users.id, name: users.name, role: users.role, title: users.demoTitle })
    .from(users)
    .where(and(eq(users.isDemo, true), isNotNull(users.demoTitle), isNull(users.disabledAt)))
    .orderBy(asc(users.demoRank))
    .limit(12);
  return rows.map((row) => ({ ...row, title: row.title ?? "" }));
}

export type Me = {
  id: string;
  name: string;
  role: Role;
  personRef: string | null;
  groupRefs: readonly string[];
  /** Those groups with the names that people know them by. */
  teams: readonly { ref: string; title: string }[];
  /** Teams that they look after in the portal. */
  maintains: readonly string[];
  hasSeenTour: boolean;
  hasShortcuts: boolean;
};

/** Who is signed in; null for tokens and for nobody. */
export async function findMe(ctx: Ctx): Promise<Me | null> {
  const { actor } = ctx;
  if (actor.kind !== "user") return null;
  const [row] = await ctx.db
    .select({ tourFinishedAt: users.tourFinishedAt, hasShortcuts: users.hasShortcuts })
    .from(users)
    .where(eq(users.id, actor.id));
  if (!row) return null;
  const { id, name, role, personRef, groupRefs, maintains } = actor;
  const teams = await ctx.db.execute<{ ref: string; title: string }>(sql`
    select e.ref, coalesce(e.title, e.name) as title from entities e
    where e.ref = any(${sql.param([...groupRefs])}::text[]) order by e.display_key, e.ref`);
  return {
    id,
    name,
    role,
    personRef,
    groupRefs,
    teams: teams.map(({ ref, title }) => ({ ref, title })),
    maintains,
    hasSeenTour: row.tourFinishedAt !== null,
    hasShortcuts: row.hasShortcuts,
  };
}

export type TokenRow = {
  id: string;
  name: string;
  hint: string;
  role: Role;
  scopes: TokenScope[];
  /** The name of the service account that it belongs to; null for one that a person made for themselves. */
  serviceAccount: string | null;
  createdBy: string;
  createdAt: Date;
  expiresAt: Date;
  revokedAt: Date | null;
  usedAt: Date | null;
  may: { revoke: Refusal | null };
};

/** All API tokens, the newest first, revoked and expired ones included; at most 200. Never a token itself. */
export async function readTokens(ctx: Ctx): Promise<TokenRow[]> {
  ensure(readTokensRefusal(ctx.actor));
  const rows = await ctx.db
    .select({
      id: apiTokens.id,
      name: apiTokens.name,
      hint: apiTokens.hint,
      role: apiTokens.role,
      scopes: apiTokens.scopes,
      serviceAccount: serviceAccounts.name,
      createdBy: apiTokens.createdByName,
      createdAt: apiTokens.createdAt,
      expiresAt: apiTokens.expiresAt,
      revokedAt: apiTokens.revokedAt,
      usedAt: apiTokens.usedAt,
    })
    .from(apiTokens)
    .leftJoin(serviceAccounts, eq(serviceAccounts.id, apiTokens.serviceAccountId))
    .orderBy(desc(apiTokens.createdAt))
    .limit(200);
  const refused = revokeTokenRefusal(ctx.actor);
  return rows.map((row) => ({
    ...row,
    may: { revoke: row.revokedAt ? refusal(notNow, "It was revoked already") : refused },
  }));
}
