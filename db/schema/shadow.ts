import { index, integer, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { moment, sortableText } from "#db/columns.ts";
import { connections } from "./core.ts";

/**
 * How the following of a Backstage goes, one row for its connection. `run` is the fencing number of the reading that
 * may write; with `phase` and `cursor` a reading that was interrupted goes on where it stood.
 */
export const shadows = pgTable("shadows", {
  connectionId: uuid("connection_id")
    .primaryKey()
    .references(() => connections.id, { onDelete: "cascade" }),
  state: text("state", { enum: ["waiting", "running", "done", "failed", "cancelled"] })
    .notNull()
    .default("waiting"),
  phase: text("phase", { enum: ["listing", "fetching", "comparing"] }),
  cursor: text("cursor"),
  run: integer("run").notNull().default(0),
  done: integer("done").notNull().default(0),
  total: integer("total").notNull().default(0),
  startedAt: moment("started_at"),
  heartbeatAt: moment("heartbeat_at"),
  failure: text("failure"),
  /** Of the last reading that came to its end. */
  readAt: moment("read_at"),
  /** `ShadowSummary` of server/shadow/model.ts. */
  summary: jsonb("summary"),
  /** The version of our catalogue that was compared: with the same on both sides there is nothing to compare anew. */
  comparedVersion: uuid("compared_version"),
});

/** Each entry of the Backstage that is followed, and each of ours that it lacks, with what the comparison found. */
export const shadowEntities = pgTable(
  "shadow_entities",
  {
    connectionId: uuid("connection_id")
      .notNull()
      .references(() => connections.id, { onDelete: "cascade" }),
    ref: sortableText("ref").notNull(),
    kind: sortableText("kind").notNull(),
    /** As Backstage gives it: another one means that the document has to be fetched again. Null for ours. */
    etag: text("etag"),
    /** Its JSON; null until it was fetched. */
    document: text("document"),
    documentEtag: text("document_etag"),
    /** The reading that saw it last: what an older one saw is gone there. */
    seenRun: integer("seen_run").notNull(),
    verdict: text("verdict", { enum: ["equal", "different", "missing", "extra", "internal"] }),
    /** `FieldDifference[]` and `RelationDifference[]`; null where there are none. */
    fields: jsonb("fields"),
    relations: jsonb("relations"),
    equalRelations: integer("equal_relations").notNull().default(0),
  },
  (table) => [
    primaryKey({ name: "shadow_entities_pk", columns: [table.connectionId, table.ref] }),
    index("shadow_entities_verdict_idx").on(table.connectionId, table.verdict, table.ref),
  ],
);
