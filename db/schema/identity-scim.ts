import { sql } from "drizzle-orm";
import { boolean, index, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { moment } from "#db/columns.ts";
import { connections } from "./core.ts";
import { users } from "./identity.ts";

/** A user or group as a SCIM client wrote it; `document` is what it gets back. */
export const scimUsers = pgTable(
  "scim_users",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    connectionId: uuid("connection_id")
      .notNull()
      .references(() => connections.id, { onDelete: "cascade" }),
    externalId: text("external_id"),
    userName: text("user_name").notNull(),
    isActive: boolean("is_active").notNull().default(true),
    document: jsonb("document").notNull(),
    userId: uuid("user_id").references(() => users.id, { onDelete: "set null" }),
    createdAt: moment("created_at").notNull().defaultNow(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex("scim_users_name_key").on(table.connectionId, sql`lower(${table.userName})`),
    index("scim_users_external_idx").on(table.connectionId, table.externalId),
    index("scim_users_user_idx").on(table.userId),
  ],
);

export const scimGroups = pgTable(
  "scim_groups",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    connectionId: uuid("connection_id")
      .notNull()
      .references(() => connections.id, { onDelete: "cascade" }),
    externalId: text("external_id"),
    displayName: text("display_name").notNull(),
    document: jsonb("document").notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (table) => [uniqueIndex("scim_groups_name_key").on(table.connectionId, table.displayName)],
);

export const scimMembers = pgTable(
  "scim_members",
  {
    groupId: uuid("group_id")
      .notNull()
      .references(() => scimGroups.id, { onDelete: "cascade" }),
    userId: uuid("user_id")
      .notNull()
      .references(() => scimUsers.id, { onDelete: "cascade" }),
  },
  (table) => [
    primaryKey({ name: "scim_members_pk", columns: [table.groupId, table.userId] }),
    index("scim_members_user_idx").on(table.userId),
  ],
);
