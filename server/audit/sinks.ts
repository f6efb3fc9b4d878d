import { and, asc, eq, isNull, sql } from "drizzle-orm";
import { auditSinks, connectionSecrets, connections } from "#db/schema/core.ts";
import type { Ctx } from "#server/core/context.ts";
import { open } from "#server/core/crypto.ts";
import { ensure } from "#server/core/errors.ts";
import type { Keyring } from "#server/core/keyring.ts";
import type { Refusal } from "#server/core/refusal.ts";
import { connectionSecretPlace } from "#server/core/sealed-columns.ts";
import { readHeads } from "./anchors.ts";
import { manageSinksRefusal, readEventsRefusal } from "./policy.ts";

export type SinkSettings = { address: string; ca: string | null; privateRanges: readonly string[] };

/** A sink as the page shows it. Its token has no way back. */
export type SinkRow = SinkSettings & {
  id: string;
  name: string;
  hasToken: boolean;
  isOn: boolean;
  sentAt: Date | null;
  sentCount: number;
  /** Why the last try failed; null when it did not. */
  failure: string | null;
  retryAt: Date | null;
  /** Events that wait to be sent, and the moment of the oldest of them. */
  waiting: number;
  waitingSince: Date | null;
};

export async function readSinks(ctx: Ctx): Promise<{ sinks: SinkRow[]; may: { manage: Refusal | null } }> {
  ensure(readEventsRefusal(ctx.actor));
  const rows = await ctx.db
    .select({
      id: connections.id,
      name: connections.name,
      settings: connections.settings,
      disabledAt: connections.disabledAt,
      hasToken: sql<boolean>`exists (select from ${connectionSecrets} s
        where s.connection_id = ${connections.id} and s.retired_at is null)`,
      sentAt: auditSinks.sentAt,
      sentCount: auditSinks.sentCount,
      failure: auditSinks.failure,
      retryAt: auditSinks.retryAt,
      positions: auditSinks.positions,
    })
    .from(connections)
    .innerJoin(auditSinks, eq(auditSinks.connectionId, connections.id))
    .where(eq(connections.kind, "audit-sink"))
    .orderBy(asc(connections.createdAt));
  const heads = rows.length > 0 ? await readHeads(ctx) : [];
  const sinks: SinkRow[] = [];
  for (const { settings, disabledAt, positions, ...row } of rows) {
    const lag = await readLag(ctx, heads, positions);
    sinks.push({ ...row, ...(settings as SinkSettings), ...lag, isOn: disabledAt === null });
  }
  return { sinks, may: { manage: manageSinksRefusal(ctx.actor) } };
}

/** What waits to be sent: from the place that a sink has reached in each stream to the stream's head. */
async function readLag(
  ctx: Ctx,
  heads: Awaited<ReturnType<typeof readHeads>>,
  positions: Record<string, number>,
): Promise<Pick<SinkRow, "waiting" | "waitingSince">> {
  const behind = heads
    .filter(({ stream, position }) => !stream.startsWith("demo:") && position > (positions[stream] ?? 0))
    .map(({ stream, position }) => ({ stream, next: (positions[stream] ?? 0) + 1, position }));
  if (behind.length === 0) return { waiting: 0, waitingSince: null };
  const [oldest] = await ctx.db.execute<{ at: string }>(sql`
    select min(e.at) as at from jsonb_to_recordset(${JSON.stringify(behind)}::text::jsonb) as b(stream text, next bigint)
    join event_chain c on c.stream = b.stream and c.position = b.next join events e on e.id = c.event_id`);
  return {
    waiting: behind.reduce((sum, { position, next }) => sum + position - next + 1, 0),
    waitingSince: oldest?.at ? new Date(oldest.at) : null,
  };
}

/** A sink as the worker needs it, its token in the clear for the moment of a request. */
export type OpenSink = SinkSettings & {
  id: string;
  token: string | null;
  positions: Record<string, number>;
  failures: number;
};

/** The sinks that are on and not waiting for their next try. Throws SealError when a token does not open. */
export async function readDueSinks(ctx: Ctx, keyring: Keyring): Promise<OpenSink[]> {
  const rows = await ctx.db
    .select({
      id: connections.id,
      settings: connections.settings,
      positions: auditSinks.positions,
      failures: auditSinks.failures,
      secretId: connectionSecrets.id,
      sealed: connectionSecrets.sealed,
    })
    .from(connections)
    .innerJoin(auditSinks, eq(auditSinks.connectionId, connections.id))
    .leftJoin(
      connectionSecrets,
      and(eq(connectionSecrets.connectionId, connections.id), isNull(connectionSecrets.retiredAt)),
    )
    .where(
      and(
        eq(connections.kind, "audit-sink"),
        isNull(connections.disabledAt),
        sql`coalesce(${auditSinks.retryAt}, '-infinity') <= now()`,
      ),
    );
  return rows.map(({ settings, secretId, sealed, ...row }) => ({
    ...row,
    ...(settings as SinkSettings),
    token: secretId && sealed ? open(keyring, connectionSecretPlace(secretId), sealed) : null,
  }));
}
