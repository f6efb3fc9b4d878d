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
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { bytes, moment, sortableText } from "#db/columns.ts";
import { sourceRepositories } from "./connections.ts";
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
    /** When body and headers were forgotten: both are empty then. Key, hash and outcome stay, so it is still known. */
    purgedAt: moment("purged_at"),
    /** The last replay of many that it was part of. */
    replayId: uuid("replay_id"),
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
    index("webhook_deliveries_unpurged_idx")
      .on(table.receivedAt, table.id)
      .where(
        sql`${table.purgedAt} is null and ${table.state} in ('done', 'ignored', 'unreadable', 'conflict')`,
      ),
    index("webhook_deliveries_replay_idx")
      .on(table.replayId, table.state)
      .where(sql`${table.replayId} is not null`),
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

/** How long what the inbox holds is kept. One row at most; without it the usual times count. */
export const webhookSettings = pgTable(
  "webhook_settings",
  {
    id: text("id").primaryKey().default("only"),
    /** Body and headers of a finished webhook, in days. */
    payloadDays: integer("payload_days").notNull(),
    changedAt: moment("changed_at").notNull(),
  },
  (table) => [check("webhook_settings_only_one", sql`${table.id} = 'only'`)],
);

/** Many webhooks that are worked in again by one order. */
export const webhookReplays = pgTable(
  "webhook_replays",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    filter: jsonb("filter").$type<Record<string, string>>().notNull(),
    /** The last webhook that was there when it was ordered, and how far it has come. */
    untilId: bigint("until_id", { mode: "number" }).notNull(),
    cursorId: bigint("cursor_id", { mode: "number" }).notNull().default(0),
    total: integer("total").notNull(),
    replayed: integer("replayed").notNull().default(0),
    orderedByName: text("ordered_by_name").notNull(),
    orderedAt: moment("ordered_at").notNull(),
    finishedAt: moment("finished_at"),
  },
  (table) => [index("webhook_replays_ordered_idx").on(table.orderedAt)],
);

/** Hooks at a host whose deliveries are compared with the inbox, and how far that has come. */
export const webhookHooks = pgTable(
  "webhook_hooks",
  {
    connectionId: uuid("connection_id")
      .notNull()
      .references(() => connections.id, { onDelete: "cascade" }),
    /** As in the inbox: `app:<id>` or `hook:<id>`. */
    hookKey: text("hook_key").notNull(),
    kind: text("kind", { enum: ["app", "organization", "repository"] }).notNull(),
    /** The App, the organisation or the repository that it belongs to, by name. */
    owner: text("owner").notNull(),
    isActive: boolean("is_active").notNull(),
    listedAt: moment("listed_at").notNull(),
    /** When the last complete comparison began: all that was delivered before is here, or among the misses. */
    comparedFrom: moment("compared_from"),
    comparedAt: moment("compared_at"),
    /** Why the last try did not succeed. */
    failure: text("failure"),
    failedAt: moment("failed_at"),
  },
  (table) => [primaryKey({ name: "webhook_hooks_pk", columns: [table.connectionId, table.hookKey] })],
);

/** Webhooks that a host sent, or tried to, and that are not here; asked for again until they come or cannot come any more. */
export const webhookMisses = pgTable(
  "webhook_misses",
  {
    id: bigserial("id", { mode: "number" }).primaryKey(),
    connectionId: uuid("connection_id")
      .notNull()
      .references(() => connections.id, { onDelete: "cascade" }),
    hookKey: text("hook_key").notNull(),
    guid: sortableText("guid").notNull(),
    /** The host's number of the attempt that is asked for again. */
    externalId: text("external_id").notNull(),
    event: text("event").notNull(),
    action: text("action"),
    /** The host's number of the repository that it is about. */
    repositoryNumber: text("repository_number"),
    deliveredAt: moment("delivered_at").notNull(),
    /** What the host heard from us, in its words. */
    status: text("status").notNull(),
    tries: integer("tries").notNull().default(0),
    askedAt: moment("asked_at"),
    failure: text("failure"),
    foundAt: moment("found_at").notNull(),
    /** It came after all. */
    arrivedAt: moment("arrived_at"),
    /** It cannot come any more; what it told is read from the host in another way. */
    givenUpAt: moment("given_up_at"),
  },
  (table) => [
    uniqueIndex("webhook_misses_key").on(table.connectionId, table.hookKey, table.guid),
    index("webhook_misses_open_idx")
      .on(table.connectionId, table.hookKey)
      .where(sql`${table.arrivedAt} is null and ${table.givenUpAt} is null`),
    index("webhook_misses_found_idx").on(table.foundAt),
  ],
);

/** How far deployments, pull requests and incidents of a repository were compared with what its host lists. */
export const repositoryComparisons = pgTable("repository_comparisons", {
  repositoryId: uuid("repository_id")
    .primaryKey()
    .references(() => sourceRepositories.id, { onDelete: "cascade" }),
  /** All that changed before is here. */
  comparedUntil: moment("compared_until"),
  comparedAt: moment("compared_at"),
  /** From when on webhooks are known to be missing; null when none is. */
  missingFrom: moment("missing_from"),
  missingUntil: moment("missing_until"),
  found: integer("found").notNull().default(0),
  failure: text("failure"),
  failedAt: moment("failed_at"),
});
