import { doublePrecision, index, integer, pgTable, primaryKey, uuid } from "drizzle-orm/pg-core";
import { moment, sortableText } from "#db/columns.ts";
import { users } from "./identity.ts";

/** How a list behind a figure stood when a person last opened it, so that the portal can tell them what has changed. */
export const deliveryLooks = pgTable(
  "delivery_looks",
  {
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** Scope, window and choices, as one text. */
    asked: sortableText("asked").notNull(),
    /** Metric and part: `leadTime.changes`. */
    list: sortableText("list").notNull(),
    count: integer("count").notNull(),
    /** The figure itself; null where there was none. */
    value: doublePrecision("value"),
    seenAt: moment("seen_at").notNull(),
    /** What stood there at the visit before: opening it twice in a row forgets nothing. */
    beforeCount: integer("before_count"),
    beforeValue: doublePrecision("before_value"),
    beforeAt: moment("before_at"),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.asked, table.list] }),
    index("delivery_looks_seen_idx").on(table.seenAt),
  ],
);
