import { sql } from "drizzle-orm";
import {
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
import { bytes, moment, transactionId } from "#db/columns.ts";

/** Audit log, activity feed and source of reactions in one append-only table: never updated, never deleted by a verb. */
export const events = pgTable(
  "events",
  {
    id: bigserial("id", { mode: "number" }).primaryKey(),
    at: moment("at").notNull().defaultNow(),
    type: text("type").notNull(),
    actorKind: text("actor_kind").notNull(),
    actorId: text("actor_id"),
    actorName: text("actor_name").notNull(),
    subjectType: text("subject_type").notNull(),
    subjectId: text("subject_id").notNull(),
    payload: jsonb("payload").notNull().default({}),
    isDemo: boolean("is_demo").notNull().default(false),
    /** The transaction that wrote the row; at its commit all its rows are chained together. */
    writtenIn: transactionId("written_in").notNull().default(sql`pg_current_xact_id()`),
  },
  (table) => [
    index("events_at_idx").on(table.at, table.id),
    index("events_type_idx").on(table.type, table.id),
    index("events_subject_idx").on(table.subjectType, table.subjectId, table.id),
    index("events_actor_idx").on(table.actorId, table.id),
  ],
);

/**
 * The hash chain over the events, one for each stream (the subject's type; demo events apart). A trigger writes it at
 * commit. `hash` is SHA-256 over the hash before it and the event's own row, so that no row can be altered, removed or
 * put in between without a trace.
 */
export const eventChain = pgTable(
  "event_chain",
  {
    stream: text("stream").notNull(),
    position: bigint("position", { mode: "number" }).notNull(),
    eventId: bigint("event_id", { mode: "number" }).notNull(),
    previousHash: bytes("previous_hash").notNull(),
    hash: bytes("hash").notNull(),
  },
  (table) => [
    primaryKey({ name: "event_chain_pk", columns: [table.stream, table.position] }),
    uniqueIndex("event_chain_event_key").on(table.eventId),
  ],
);

/** One row: what the last check of the event chain found, for the page; `milepost audit verify` trusts no stored answer. */
export const auditChecks = pgTable(
  "audit_checks",
  {
    id: text("id").primaryKey().default("only"),
    requestedAt: moment("requested_at").notNull().defaultNow(),
    checkedAt: moment("checked_at"),
    isIntact: boolean("is_intact"),
    result: jsonb("result"),
    failure: text("failure"),
  },
  (table) => [check("audit_checks_only_one", sql`${table.id} = 'only'`)],
);

/** How often something was tried in a span of time; shared by all web processes. Lost at a crash, which does no harm. */
export const rateLimits = pgTable(
  "rate_limits",
  {
    key: text("key").primaryKey(),
    count: integer("count").notNull(),
    endsAt: moment("ends_at").notNull(),
  },
  (table) => [index("rate_limits_ends_idx").on(table.endsAt)],
);

/** Backups that this installation has made, kept and failed to make. */
export const backups = pgTable(
  "backups",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    path: text("path").notNull(),
    reason: text("reason", { enum: ["schedule", "request", "upgrade"] }).notNull(),
    state: text("state", { enum: ["waiting", "running", "done", "failed", "removed"] }).notNull(),
    startedAt: moment("started_at").notNull().defaultNow(),
    finishedAt: moment("finished_at"),
    sizeBytes: bigint("size_bytes", { mode: "number" }),
    sha256: text("sha256"),
    failure: text("failure"),
  },
  (table) => [index("backups_started_idx").on(table.startedAt)],
);

/** One row: how this installation runs. The mode is chosen at the first start and moves only from evaluation to production. */
export const installation = pgTable(
  "installation",
  {
    id: text("id").primaryKey().default("only"),
    mode: text("mode", { enum: ["evaluation", "production"] }).notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
    demoState: text("demo_state", { enum: ["none", "loading", "loaded", "removed"] })
      .notNull()
      .default("none"),
    demoProgress: jsonb("demo_progress"),
    timeZone: text("time_zone").notNull().default("UTC"),
    /** The one-time token that opens the setup; only its SHA-256 is kept. */
    setupTokenHash: bytes("setup_token_hash"),
    setupTokenExpiresAt: moment("setup_token_expires_at"),
    setupTokenTries: integer("setup_token_tries").notNull().default(0),
    /** The browser that showed the token; only the SHA-256 of its cookie is kept. */
    setupSessionHash: bytes("setup_session_hash"),
    setupSessionExpiresAt: moment("setup_session_expires_at"),
    /** The steps of the setup that have no row of their own to tell that they were answered. */
    setupAnswered: text("setup_answered").array().notNull().default(sql`'{}'::text[]`),
    setupFinishedAt: moment("setup_finished_at"),
    /** A known text sealed with the active key: tells a wrong key at the start. */
    keyCheck: bytes("key_check"),
  },
  (table) => [check("installation_only_one", sql`${table.id} = 'only'`)],
);

/** Sign of life of each process, so that readiness can tell whether a worker is up. */
export const processes = pgTable("processes", {
  name: text("name").primaryKey(),
  kind: text("kind", { enum: ["web", "worker"] })
    .notNull()
    .default("worker"),
  pid: text("pid").notNull(),
  seenAt: moment("seen_at").notNull(),
});

/** Something outside that the portal is connected to: a GitHub organisation, an identity provider, a chat. */
export const connections = pgTable(
  "connections",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    kind: text("kind", {
      enum: ["github", "gitlab", "sign-in", "scim", "ldap", "audit-sink", "backstage", "card"],
    }).notNull(),
    name: text("name").notNull(),
    settings: jsonb("settings").notNull().default({}),
    isDemo: boolean("is_demo").notNull().default(false),
    createdAt: moment("created_at").notNull().defaultNow(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
    disabledAt: moment("disabled_at"),
  },
  (table) => [uniqueIndex("connections_kind_name_key").on(table.kind, table.name)],
);

/** Secrets of a connection, sealed. Several of one purpose may be live at once: that is how they are rotated. */
export const connectionSecrets = pgTable(
  "connection_secrets",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    connectionId: uuid("connection_id")
      .notNull()
      .references(() => connections.id, { onDelete: "cascade" }),
    purpose: text("purpose", {
      enum: ["webhook", "client-secret", "token", "bind-password", "private-key"],
    }).notNull(),
    sealed: bytes("sealed").notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
    retiredAt: moment("retired_at"),
  },
  (table) => [index("connection_secrets_connection_idx").on(table.connectionId, table.purpose)],
);

/** How far the audit log has been sent to a connection of the kind "audit-sink": the last position of each stream. */
export const auditSinks = pgTable("audit_sinks", {
  connectionId: uuid("connection_id")
    .primaryKey()
    .references(() => connections.id, { onDelete: "cascade" }),
  positions: jsonb("positions").$type<Record<string, number>>().notNull().default({}),
  sentAt: moment("sent_at"),
  sentCount: bigint("sent_count", { mode: "number" }).notNull().default(0),
  failure: text("failure"),
  /** Failures in a row; the next try waits longer after each. */
  failures: integer("failures").notNull().default(0),
  retryAt: moment("retry_at"),
});
