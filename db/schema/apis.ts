import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { moment, sortableText } from "#db/columns.ts";

/**
 * What an API's definition was at one time, as it stood and as it was read. A version belongs to the entry of that name
 * from that location: another repository that takes the name over does not inherit what the first one said. No foreign
 * keys: what belongs to no entry any more is removed by the job that follows imports.
 */
export const apiVersions = pgTable(
  "api_versions",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    entityRef: sortableText("entity_ref").notNull(),
    locationId: uuid("location_id").notNull(),
    /** 1, 2, 3 … for each API; the oldest are dropped, the numbers stay. */
    number: integer("number").notNull(),
    /** `spec.type` as it stands in the file. */
    type: text("type"),
    /** SHA-256 of the text. */
    contentHash: text("content_hash").notNull(),
    /** `entities.content_hash` at the last look: equal means nothing to read. */
    entryHash: text("entry_hash").notNull(),
    text: text("text").notNull(),
    commit: text("commit"),
    seenAt: moment("seen_at").notNull(),
    /** By which state of the reader the columns below were made. */
    reader: integer("reader").notNull(),
    /** Of the page: title, servers, the list of operations, problems (`ApiOverview` as JSON). */
    overview: text("overview").notNull(),
    /** Operations by their id and schemas by their name, each fetched alone. */
    operations: jsonb("operations").notNull(),
    schemas: jsonb("schemas").notNull(),
    /** Against the version before it; null for the first. */
    changes: integer("changes"),
    breaking: integer("breaking"),
  },
  (table) => [uniqueIndex("api_versions_number_key").on(table.entityRef, table.locationId, table.number)],
);

/** What changed from an earlier version to a later one of the same API. */
export const apiComparisons = pgTable(
  "api_comparisons",
  {
    fromId: bigint("from_id", { mode: "number" })
      .notNull()
      .references(() => apiVersions.id, { onDelete: "cascade" }),
    toId: bigint("to_id", { mode: "number" })
      .notNull()
      .references(() => apiVersions.id, { onDelete: "cascade" }),
    /** A list of `ApiChange` as JSON, breaking ones first. */
    changes: text("changes").notNull(),
    total: integer("total").notNull(),
    breaking: integer("breaking").notNull(),
    isCut: boolean("is_cut").notNull().default(false),
  },
  (table) => [
    primaryKey({ name: "api_comparisons_pkey", columns: [table.fromId, table.toId] }),
    index("api_comparisons_to_idx").on(table.toId),
  ],
);
