import { sql } from "drizzle-orm";
import { boolean, integer, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { moment } from "#db/columns.ts";
import { connections } from "./core.ts";
import { repositories } from "./delivery.ts";

/** Connections through which pull requests are told where they run; one without a row is switched off. */
export const deliveryCommentSettings = pgTable("delivery_comment_settings", {
  connectionId: uuid("connection_id")
    .primaryKey()
    .references(() => connections.id, { onDelete: "cascade" }),
  isOn: boolean("is_on").notNull(),
  /** What was deployed before it was switched on is not told. */
  changedAt: moment("changed_at").notNull(),
});

/** What was last told to a pull request. */
export const deliveryComments = pgTable(
  "delivery_comments",
  {
    repositoryId: text("repository_id")
      .notNull()
      .references(() => repositories.id, { onDelete: "cascade" }),
    number: integer("number").notNull(),
    /** The comment's own words, by which one sees that there is nothing new to tell. */
    words: text("words").notNull().default(sql`''`),
    toldAt: moment("told_at").notNull(),
    /** Why it could not be told; null when it was. */
    failure: text("failure"),
  },
  (table) => [primaryKey({ columns: [table.repositoryId, table.number] })],
);
