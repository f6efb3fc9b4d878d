import { index, integer, pgTable, real, text, uuid } from "drizzle-orm/pg-core";
import { moment, sortableText } from "#db/columns.ts";

/** Words of this organisation that mean the same, beside those that the portal knows itself. */
export const searchSynonyms = pgTable("search_synonyms", {
  id: uuid("id").primaryKey().defaultRandom(),
  /** In plain letters (server/catalog/search-text.ts), two at least; one may be of several words. */
  words: text("words").array().notNull(),
  changedAt: moment("changed_at").notNull(),
  changedByName: text("changed_by_name").notNull(),
});

/** How often something was opened from the search: of the thing alone, never who opened it. */
export const searchPicks = pgTable(
  "search_picks",
  {
    /** An entry's reference, or that of a page of documentation followed by `#` and its path. */
    target: sortableText("target").primaryKey(),
    /** The number as of `picked_at`; it halves with time (server/search/model.ts). */
    weight: real("weight").notNull(),
    pickedAt: moment("picked_at").notNull(),
  },
  (table) => [index("search_picks_at_idx").on(table.pickedAt)],
);

/** What was looked for and not found: the words, never who looked. */
export const searchMisses = pgTable(
  "search_misses",
  {
    /** In plain letters, cut. */
    query: sortableText("query").primaryKey(),
    count: integer("count").notNull(),
    firstAt: moment("first_at").notNull(),
    lastAt: moment("last_at").notNull(),
  },
  (table) => [index("search_misses_last_idx").on(table.lastAt)],
);
