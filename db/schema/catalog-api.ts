import { boolean, index, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { moment, sortableText, transactionId } from "#db/columns.ts";

/** What an address would bring into the catalogue, looked at by the worker for somebody who waits. Kept for an hour. */
export const locationPreviews = pgTable(
  "location_previews",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    target: sortableText("target").notNull(),
    state: text("state", { enum: ["waiting", "done", "failed"] }).notNull(),
    /** `PreviewedEntry[]` of server/catalog/preview-location.ts as JSON text. */
    result: text("result"),
    failure: text("failure"),
    createdAt: moment("created_at").notNull(),
    createdBy: text("created_by").notNull(),
  },
  (table) => [index("location_previews_created_idx").on(table.createdAt)],
);

/**
 * In which transaction each entry was last written or removed, kept by triggers: what changed since a moment is what was
 * written by later transactions. One row for a reference, removed ones included.
 */
export const entityChanges = pgTable(
  "entity_changes",
  {
    ref: sortableText("ref").primaryKey(),
    writtenIn: transactionId("written_in").notNull(),
    isRemoved: boolean("is_removed").notNull(),
  },
  (table) => [index("entity_changes_written_idx").on(table.writtenIn)],
);
