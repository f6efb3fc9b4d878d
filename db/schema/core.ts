import { sql } from "drizzle-orm";
import {
  bigserial,
  boolean,
  check,
  index,
  jsonb,
  pgTable,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { bytes, moment } from "#db/columns.ts";

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
  },
  (table) => [
    index("events_at_idx").on(table.at, table.id),
    index("events_type_idx").on(table.type, table.id),
    index("events_subject_idx").on(table.subjectType, table.subjectId, table.id),
    index("events_actor_idx").on(table.actorId, table.id),
  ],
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
  },
  (table) => [check("installation_only_one", sql`${table.id} = 'only'`)],
);

/** Sign of life of each process, so that readiness can tell whether a worker is up. */
export const processes = pgTable("processes", {
  name: text("name").primaryKey(),
  pid: text("pid").notNull(),
  seenAt: moment("seen_at").notNull(),
});

/** Something outside that the portal is connected to: a GitHub organisation, an identity provider, a chat. */
export const connections = pgTable(
  "connections",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    kind: text("kind", { enum: ["github"] }).notNull(),
    name: text("name").notNull(),
    settings: jsonb("settings").notNull().default({}),
    isDemo: boolean("is_demo").notNull().default(false),
    createdAt: moment("created_at").notNull().defaultNow(),
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
    purpose: text("purpose", { enum: ["webhook"] }).notNull(),
    sealed: bytes("sealed").notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
    retiredAt: moment("retired_at"),
  },
  (table) => [index("connection_secrets_connection_idx").on(table.connectionId, table.purpose)],
);
