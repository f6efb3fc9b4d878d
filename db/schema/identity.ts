import { sql } from "drizzle-orm";
import { boolean, check, index, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { bytes, moment } from "#db/columns.ts";

/** Somebody who may sign in. `person_ref` ties them to a User of the catalogue: "my services" and ownership rest on it. */
export const users = pgTable(
  "users",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    name: text("name").notNull(),
    role: text("role", { enum: ["developer", "leader", "platform", "admin"] }).notNull(),
    personRef: text("person_ref"),
    /** What the choice says on the evaluation's sign-in page; null for everybody else. */
    demoTitle: text("demo_title"),
    demoRank: text("demo_rank"),
    isDemo: boolean("is_demo").notNull().default(false),
    tourFinishedAt: moment("tour_finished_at"),
    hasShortcuts: boolean("has_shortcuts").notNull().default(true),
    disabledAt: moment("disabled_at"),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [index("users_person_ref_idx").on(table.personRef)],
);

/** A signed-in browser. Only the SHA-256 of the cookie is kept. */
export const sessions = pgTable(
  "sessions",
  {
    tokenHash: bytes("token_hash").primaryKey(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    createdAt: moment("created_at").notNull().defaultNow(),
    seenAt: moment("seen_at").notNull().defaultNow(),
    expiresAt: moment("expires_at").notNull(),
    userAgent: text("user_agent"),
  },
  (table) => [index("sessions_user_idx").on(table.userId), index("sessions_expires_idx").on(table.expiresAt)],
);

/** A key for scripts. Only its SHA-256 is kept; `hint` is its last four characters. */
export const apiTokens = pgTable(
  "api_tokens",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    name: text("name").notNull(),
    tokenHash: bytes("token_hash").notNull(),
    hint: text("hint").notNull(),
    role: text("role", { enum: ["developer", "leader", "platform", "admin"] }).notNull(),
    scopes: text("scopes", { enum: ["read", "write", "metrics"] })
      .array()
      .notNull(),
    createdBy: uuid("created_by").references(() => users.id, { onDelete: "set null" }),
    /** Stays when the person is gone. */
    createdByName: text("created_by_name").notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
    expiresAt: moment("expires_at").notNull(),
    revokedAt: moment("revoked_at"),
    usedAt: moment("used_at"),
  },
  (table) => [
    uniqueIndex("api_tokens_hash_key").on(table.tokenHash),
    uniqueIndex("api_tokens_live_name_key")
      .on(sql`lower(${table.name})`)
      .where(sql`${table.revokedAt} is null`),
    check("api_tokens_scopes_not_empty", sql`cardinality(${table.scopes}) > 0`),
  ],
);
