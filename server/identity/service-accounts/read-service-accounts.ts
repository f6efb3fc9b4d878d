import { and, asc, desc, gt, inArray, isNull, sql } from "drizzle-orm";
import { apiTokens, serviceAccounts } from "#db/schema/identity.ts";
import { hasRole, type Role, type TokenScope } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import type { Refusal } from "#server/core/refusal.ts";
import { readServiceAccountsRefusal, serviceAccountRefusal } from "../policy.ts";

export type ServiceTokenRow = {
  id: string;
  name: string;
  hint: string;
  scopes: TokenScope[];
  expiresAt: Date;
  usedAt: Date | null;
};
export type ServiceAccountRow = {
  id: string;
  name: string;
  role: Role;
  groupRefs: string[];
  createdByName: string;
  createdAt: Date;
  disabledAt: Date | null;
  /** Those that still hold, the newest first; at most 20 of each account. */
  tokens: ServiceTokenRow[];
  may: { change: Refusal | null };
};

/** Accounts of programs: all of them, or for maintainers those of their teams. At most 500, by name. */
export async function readServiceAccounts(ctx: Ctx): Promise<ServiceAccountRow[]> {
  ensure(readServiceAccountsRefusal(ctx.actor));
  const { actor } = ctx;
  const own = actor.kind === "user" ? [...actor.maintains] : [];
  const { groupRefs } = serviceAccounts;
  const ofTeams = sql`cardinality(${groupRefs}) > 0 and ${groupRefs} <@ ${sql.param(own)}::text[]`;
  const accounts = await ctx.db
    .select({
      id: serviceAccounts.id,
      name: serviceAccounts.name,
      role: serviceAccounts.role,
      groupRefs: serviceAccounts.groupRefs,
      createdByName: serviceAccounts.createdByName,
      createdAt: serviceAccounts.createdAt,
      disabledAt: serviceAccounts.disabledAt,
    })
    .from(serviceAccounts)
    .where(hasRole(actor, "platform") ? undefined : ofTeams)
    .orderBy(sql`lower(${serviceAccounts.name})`, asc(serviceAccounts.id))
    .limit(500);
  const tokens = await readTokensOf(
    ctx,
    accounts.map(({ id }) => id),
  );
  return accounts.map((account) => ({
    ...account,
    tokens: (tokens.get(account.id) ?? []).slice(0, 20).map(({ accountId: _, ...token }) => token),
    may: { change: serviceAccountRefusal(actor, account) },
  }));
}

async function readTokensOf(ctx: Ctx, ids: readonly string[]) {
  if (ids.length === 0) return new Map<string, (ServiceTokenRow & { accountId: string | null })[]>();
  const rows = await ctx.db
    .select({
      id: apiTokens.id,
      name: apiTokens.name,
      hint: apiTokens.hint,
      scopes: apiTokens.scopes,
      expiresAt: apiTokens.expiresAt,
      usedAt: apiTokens.usedAt,
      accountId: apiTokens.serviceAccountId,
    })
    .from(apiTokens)
    .where(
      and(
        inArray(apiTokens.serviceAccountId, [...ids]),
        isNull(apiTokens.revokedAt),
        gt(apiTokens.expiresAt, ctx.now()),
      ),
    )
    .orderBy(desc(apiTokens.createdAt))
    .limit(2000);
  return Map.groupBy(rows, ({ accountId }) => accountId ?? "");
}
