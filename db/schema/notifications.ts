import { index, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { moment } from "#db/columns.ts";
import { users } from "./identity.ts";

/** The inbox: one row for each object and person; news about the same object replaces the older row's words. */
export const notifications = pgTable(
  "notifications",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    subject: text("subject").notNull(),
    title: text("title").notNull(),
    reason: text("reason").notNull(),
    href: text("href").notNull(),
    /** The group whose matter it is: a guest reads only what is about their groups. */
    ownerRef: text("owner_ref"),
    createdAt: moment("created_at").notNull().defaultNow(),
    readAt: moment("read_at"),
  },
  (table) => [
    uniqueIndex("notifications_user_subject_key").on(table.userId, table.subject),
    index("notifications_user_idx").on(table.userId, table.createdAt),
  ],
);
