import { and, desc, eq, gt, sql } from "drizzle-orm";
import { connections } from "#db/schema/core.ts";
import { accounts, sessions } from "#db/schema/identity.ts";
import type { Ctx } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { sessionIdleDays } from "./model.ts";
import { ownAccountRefusal } from "./policy.ts";
import { describeBrowser } from "./sessions/model.ts";

export type SessionRow = {
  id: string;
  /** "Firefox on Linux"; what the browser says of itself, so a hint and no proof. */
  browser: string;
  address: string | null;
  via: "demo" | "provider" | "link";
  provider: string | null;
  createdAt: Date;
  seenAt: Date;
  expiresAt: Date;
  isCurrent: boolean;
};

/** The actor's own live sessions, the one seen last first; at most 100. */
export async function readOwnSessions(ctx: Ctx): Promise<SessionRow[]> {
  const { actor } = ctx;
  ensure(ownAccountRefusal(actor));
  if (actor.kind !== "user") return [];
  const now = ctx.now();
  const rows = await ctx.db
    .select({
      id: sessions.id,
      userAgent: sessions.userAgent,
      address: sessions.address,
      via: sessions.via,
      provider: connections.name,
      createdAt: sessions.createdAt,
      seenAt: sessions.seenAt,
      expiresAt: sessions.expiresAt,
    })
    .from(sessions)
    .leftJoin(accounts, eq(accounts.id, sessions.accountId))
    .leftJoin(connections, eq(connections.id, accounts.connectionId))
    .where(
      and(
        eq(sessions.userId, actor.id),
        gt(sessions.expiresAt, now),
        gt(sessions.seenAt, new Date(now.getTime() - sessionIdleDays * 86_400_000)),
      ),
    )
    .orderBy(desc(sessions.seenAt), desc(sessions.id))
    .limit(100);
  return rows.map(({ userAgent, ...row }) => ({
    ...row,
    browser: describeBrowser(userAgent),
    isCurrent: row.id === actor.session?.id,
  }));
}

export type AccountRow = {
  id: string;
  /** Null when its provider was removed. */
  provider: { name: string; slug: string; isOn: boolean } | null;
  issuer: string;
  name: string;
  login: string | null;
  email: string | null;
  signedInAt: Date;
  /** This session was begun with it. */
  isCurrent: boolean;
};

/** The sign-ins that are linked to the actor. */
export async function readOwnAccounts(ctx: Ctx): Promise<AccountRow[]> {
  const { actor } = ctx;
  ensure(ownAccountRefusal(actor));
  if (actor.kind !== "user") return [];
  const [session] = actor.session
    ? await ctx.db
        .select({ accountId: sessions.accountId })
        .from(sessions)
        .where(eq(sessions.id, actor.session.id))
    : [];
  const rows = await ctx.db
    .select({
      id: accounts.id,
      providerName: connections.name,
      slug: sql<string | null>`${connections.settings} ->> 'slug'`,
      disabledAt: connections.disabledAt,
      issuer: accounts.issuer,
      name: accounts.name,
      login: accounts.login,
      email: accounts.email,
      signedInAt: accounts.signedInAt,
    })
    .from(accounts)
    .leftJoin(connections, eq(connections.id, accounts.connectionId))
    .where(eq(accounts.userId, actor.id))
    .orderBy(accounts.createdAt)
    .limit(50);
  return rows.map(({ providerName, slug, disabledAt, ...row }) => ({
    ...row,
    provider: providerName && slug ? { name: providerName, slug, isOn: disabledAt === null } : null,
    isCurrent: row.id === session?.accountId,
  }));
}
