import { and, eq, isNull, sql } from "drizzle-orm";
import { connectionSecrets, connections } from "#db/schema/core.ts";
import { shadows } from "#db/schema/shadow.ts";
import type { Db } from "#db/types.ts";
import type { Ctx } from "#server/core/context.ts";
import { open } from "#server/core/crypto.ts";
import { ensure, notFound } from "#server/core/errors.ts";
import type { Keyring } from "#server/core/keyring.ts";
import { connectionSecretPlace } from "#server/core/sealed-columns.ts";
import type { ShadowOverview, ShadowReport, ShadowSummary } from "./model.ts";
import { manageShadowRefusal, readShadowRefusal } from "./policy.ts";

export type ShadowSettings = { address: string; ca: string | null; privateRanges: readonly string[] };

/** One Backstage at most is followed: the decision to move is about one. */
export async function readShadow(ctx: Ctx): Promise<ShadowOverview> {
  ensure(readShadowRefusal(ctx.actor));
  const [row] = await ctx.db
    .select({
      id: connections.id,
      settings: connections.settings,
      hasToken: sql<boolean>`exists (select from ${connectionSecrets} s
        where s.connection_id = ${connections.id} and s.retired_at is null)`,
      state: shadows.state,
      phase: shadows.phase,
      done: shadows.done,
      total: shadows.total,
      startedAt: shadows.startedAt,
      failure: shadows.failure,
      readAt: shadows.readAt,
      summary: shadows.summary,
    })
    .from(connections)
    .innerJoin(shadows, eq(shadows.connectionId, connections.id))
    .where(eq(connections.kind, "backstage"))
    .limit(1);
  const may = { manage: manageShadowRefusal(ctx.actor), read: readShadowRefusal(ctx.actor) };
  if (!row) return { report: null, may };
  const { id, settings, hasToken, summary, ...state } = row;
  const connection = { id, hasToken, ...(settings as ShadowSettings) };
  const report: ShadowReport = { ...state, connection, summary: summary as ShadowSummary | null };
  return { report, may };
}

/** The Backstage that is followed, with the row locked where it is about to change. Throws `not_found` without one. */
export async function findShadow(db: Db): Promise<{ id: string; settings: ShadowSettings }> {
  const [row] = await db
    .select({ id: connections.id, settings: connections.settings })
    .from(connections)
    .innerJoin(shadows, eq(shadows.connectionId, connections.id))
    .where(eq(connections.kind, "backstage"))
    .limit(1);
  if (!row) throw notFound("No Backstage is followed: connect one first");
  return { id: row.id, settings: row.settings as ShadowSettings };
}

/** Its token in the clear, for the moment of a request. Throws SealError when it does not open. */
export async function openToken(db: Db, connectionId: string, keyring: Keyring): Promise<string | null> {
  const [secret] = await db
    .select({ id: connectionSecrets.id, sealed: connectionSecrets.sealed })
    .from(connectionSecrets)
    .where(and(eq(connectionSecrets.connectionId, connectionId), isNull(connectionSecrets.retiredAt)))
    .limit(1);
  return secret ? open(keyring, connectionSecretPlace(secret.id), secret.sealed) : null;
}
