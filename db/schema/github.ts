import { sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  bigint,
  bigserial,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { bytes, moment, sortableText } from "#db/columns.ts";
import { connections } from "./core.ts";

/**
 * The inbox of webhooks, and at the same time the queue of what is still to be interpreted: a row is there before the
 * sender is told so, and its bytes never change. The same key with other bytes is kept beside it as a conflict.
 */
export const webhookDeliveries = pgTable(
  "webhook_deliveries",
  {
    id: bigserial("id", { mode: "number" }).primaryKey(),
    /** `app:<id>` or `hook:<id>`: a GUID is shared by all hooks that receive the event. */
    hookKey: text("hook_key").notNull(),
    guid: sortableText("guid").notNull(),
    event: text("event").notNull(),
    action: text("action"),
    /** Full name of the repository, from the payload; null until it was read, or where there is none. */
    repository: text("repository"),
    body: bytes("body").notNull(),
    bodySha256: bytes("body_sha256").notNull(),
    bodySize: integer("body_size").notNull(),
    headers: jsonb("headers").$type<Record<string, string>>().notNull(),
    connectionId: uuid("connection_id").references(() => connections.id, { onDelete: "set null" }),
    state: text("state", {
      enum: ["pending", "done", "ignored", "unreadable", "failed", "conflict"],
    }).notNull(),
    reason: text("reason"),
    /** Also the fencing number of a claim: who writes the outcome names the attempt that it was handed. */
    attempts: integer("attempts").notNull().default(0),
    nextTryAt: moment("next_try_at"),
    /** The database session that took it, as process number and start: when that one ends, so does the claim. */
    claimedBy: text("claimed_by"),
    receivedAt: moment("received_at").notNull(),
    finishedAt: moment("finished_at"),
    conflictOf: bigint("conflict_of", { mode: "number" }).references(
      (): AnyPgColumn => webhookDeliveries.id,
      { onDelete: "cascade" },
    ),
    isDemo: boolean("is_demo").notNull().default(false),
  },
  (table) => [
    uniqueIndex("webhook_deliveries_key")
      .on(table.hookKey, table.guid)
      .where(sql`${table.conflictOf} is null`),
    uniqueIndex("webhook_deliveries_conflict_key")
      .on(table.conflictOf, table.bodySha256)
      .where(sql`${table.conflictOf} is not null`),
    index("webhook_deliveries_due_idx").on(table.nextTryAt, table.id).where(sql`${table.state} = 'pending'`),
    index("webhook_deliveries_received_idx").on(table.receivedAt, table.id),
    // Nearly all are done: those are found by time. The others are few, and are looked for.
    index("webhook_deliveries_state_idx")
      .on(table.state, table.receivedAt, table.id)
      .where(sql`${table.state} in ('ignored', 'unreadable', 'failed', 'conflict')`),
    index("webhook_deliveries_event_idx").on(table.event, table.receivedAt, table.id),
    index("webhook_deliveries_repository_idx")
      .on(table.repository, table.receivedAt, table.id)
      .where(sql`${table.repository} is not null`),
    index("webhook_deliveries_guid_idx").on(table.guid),
    check(
      "webhook_deliveries_due_when_pending",
      sql`(${table.state} = 'pending') = (${table.nextTryAt} is not null)`,
    ),
    check(
      "webhook_deliveries_conflict_is_marked",
      sql`(${table.state} = 'conflict') = (${table.conflictOf} is not null)`,
    ),
  ],
);
