import { and, inArray, isNull, type SQL, sql } from "drizzle-orm";
import { webhookDeliveries } from "#db/schema/github.ts";
import type { Ctx } from "#server/core/context.ts";
import { sha256 } from "#server/core/crypto.ts";
import type { RawDelivery } from "./raw-delivery.ts";

/** A webhook whose signature held, and the connection whose secret made it. */
export type VerifiedDelivery = RawDelivery & { connectionId: string; isDemo: boolean; receivedAt: Date };
export type Stored = { status: "stored" | "duplicate"; id: number };

/**
 * Stores webhooks, each once for its key. The same bytes again change nothing; other bytes under a taken key are kept as
 * a conflict. Answers in the order of the input. The commit waits for the disk, whatever the server's default is.
 */
export async function storeDeliveries(tx: Ctx, deliveries: readonly VerifiedDelivery[]): Promise<Stored[]> {
  if (deliveries.length === 0) return [];
  const fresh = await storeNew(tx, deliveries);
  const taken = fresh.size < deliveries.length ? await readTaken(tx, deliveries) : new Map<string, Taken>();
  const stored: Stored[] = [];
  for (const delivery of deliveries) {
    const key = keyOf(delivery);
    const id = fresh.get(key);
    fresh.delete(key);
    stored.push(id === undefined ? await storeAgain(tx, delivery, taken.get(key)) : { status: "stored", id });
  }
  return stored;
}

export const keyOf = (row: { hookKey: string; guid: string }) => `${row.hookKey}\n${row.guid}`;

type Inserted = { id: string; hookKey: string; guid: string };

/**
 * Stores those whose key is not taken, and answers their ids by `keyOf`. One statement, which outside of a transaction is
 * one round trip: it asks for the commit to wait for the disk by itself.
 */
export async function storeNew(
  ctx: Ctx,
  deliveries: readonly VerifiedDelivery[],
): Promise<Map<string, number>> {
  const inserted = await ctx.db.execute<Inserted>(sql`
    insert into webhook_deliveries (${columns}, state, next_try_at)
    select ${columns}, 'pending', now() from ${rowsOf(deliveries)}
    where (select set_config('synchronous_commit', 'on', true)) = 'on'
    on conflict (hook_key, guid) where conflict_of is null do nothing
    returning id, hook_key as "hookKey", guid`);
  return new Map(inserted.map((row) => [keyOf(row), Number(row.id)]));
}

const columns = sql.raw(
  "hook_key, guid, event, body, body_sha256, body_size, headers, connection_id, received_at, is_demo",
);

/** From here on one parameter for all rows is cheaper to build and to read than many. */
const fewRows = 8;

function rowsOf(deliveries: readonly VerifiedDelivery[]): SQL {
  return deliveries.length <= fewRows ? fewRowsOf(deliveries) : manyRowsOf(deliveries);
}

function fewRowsOf(deliveries: readonly VerifiedDelivery[]): SQL {
  const rows = deliveries.map(
    (row) => sql`(${row.hookKey}::text, ${row.guid}::text, ${row.event}::text, ${row.body}::bytea,
      ${sha256(row.body)}::bytea, ${row.body.byteLength}::int, ${JSON.stringify(row.headers)}::jsonb,
      ${row.connectionId}::uuid, ${row.receivedAt.toISOString()}::timestamptz, ${row.isDemo}::boolean)`,
  );
  return sql`(values ${sql.join(rows, sql`, `)}) as rows(${columns})`;
}

/**
 * A statement with thousands of parameters took longer to build than to run; but each body is bytes of its own: as text
 * inside JSON, 24 MB took three times as long.
 */
function manyRowsOf(deliveries: readonly VerifiedDelivery[]): SQL {
  const rows = deliveries.map((delivery, place) => ({
    place,
    hook_key: delivery.hookKey,
    guid: delivery.guid,
    event: delivery.event,
    sha256: sha256(delivery.body).toString("hex"),
    headers: delivery.headers,
    connection_id: delivery.connectionId,
    received_at: delivery.receivedAt,
    is_demo: delivery.isDemo,
  }));
  const bodies = sql.join(
    deliveries.map((delivery, place) => sql`(${sql.raw(String(place))}, ${delivery.body}::bytea)`),
    sql`, `,
  );
  return sql`(
    select r.*, b.body, octet_length(b.body) as body_size, decode(r.sha256, 'hex') as body_sha256
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(place int, hook_key text, guid text, event text,
      sha256 text, headers jsonb, connection_id uuid, received_at timestamptz, is_demo boolean)
    join (values ${bodies}) as b(place, body) on b.place = r.place
    order by r.place
  ) as rows`;
}

type Taken = { id: number; sha256: Buffer };

async function readTaken(tx: Ctx, deliveries: readonly VerifiedDelivery[]): Promise<Map<string, Taken>> {
  const guids = deliveries.map((delivery) => delivery.guid);
  const rows = await tx.db
    .select({
      id: webhookDeliveries.id,
      hookKey: webhookDeliveries.hookKey,
      guid: webhookDeliveries.guid,
      sha256: webhookDeliveries.bodySha256,
    })
    .from(webhookDeliveries)
    .where(and(inArray(webhookDeliveries.guid, guids), isNull(webhookDeliveries.conflictOf)));
  return new Map(rows.map((row) => [keyOf(row), row]));
}

async function storeAgain(tx: Ctx, delivery: VerifiedDelivery, taken: Taken | undefined): Promise<Stored> {
  if (!taken) throw new Error("A webhook's key was taken and then gone: it is being removed");
  if (sha256(delivery.body).equals(taken.sha256)) return { status: "duplicate", id: taken.id };
  const reason = `Webhook ${taken.id} came first under the same key, with another body`;
  const [kept] = await tx.db.execute<{ id: string }>(sql`
    insert into webhook_deliveries (${columns}, state, conflict_of, reason, finished_at)
    select ${columns}, 'conflict', ${taken.id}::bigint, ${reason}, ${tx.now().toISOString()}::timestamptz
    from ${rowsOf([delivery])}
    on conflict (conflict_of, body_sha256) where conflict_of is not null do nothing
    returning id`);
  return kept ? { status: "stored", id: Number(kept.id) } : { status: "duplicate", id: taken.id };
}
