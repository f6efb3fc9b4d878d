import { sql } from "drizzle-orm";
import { doublePrecision, index, integer, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { moment, sortableText } from "#db/columns.ts";
import { users } from "./identity.ts";

/** A file of another tool's deployments or weekly figures. It is laid beside ours and enters none of them. */
export const deliveryExternalFiles = pgTable(
  "delivery_external_files",
  {
    id: uuid("id").primaryKey().default(sql`gen_random_uuid()`),
    kind: text("kind", { enum: ["deployments", "weeks"] }).notNull(),
    /** The tool, as whoever imported it calls it. */
    tool: text("tool").notNull(),
    fileName: text("file_name").notNull(),
    /** Which column was read as what. */
    columns: jsonb("columns").$type<Record<string, string>>().notNull(),
    /** In which times without an offset were read. */
    timeZone: text("time_zone").notNull(),
    rows: integer("rows").notNull(),
    /** Rows that could not be read; the first of them with their sentences. */
    unreadable: integer("unreadable").notNull(),
    problems: jsonb("problems").$type<{ line: number; words: string }[]>().notNull(),
    importedAt: moment("imported_at").notNull(),
    importedBy: uuid("imported_by").references(() => users.id, { onDelete: "set null" }),
    importedByName: text("imported_by_name").notNull(),
  },
  (table) => [index("delivery_external_files_imported_idx").on(table.importedAt)],
);

export const deliveryExternalRows = pgTable(
  "delivery_external_rows",
  {
    fileId: uuid("file_id")
      .notNull()
      .references(() => deliveryExternalFiles.id, { onDelete: "cascade" }),
    /** Of the file, the head being the first. */
    line: integer("line").notNull(),
    service: sortableText("service").notNull(),
    /** The moment of a deployment; the beginning of a week. */
    at: moment("at").notNull(),
    /** The calendar day that the file names, where it names one. */
    day: text("day"),
    environment: text("environment"),
    sha: text("sha"),
    outcome: text("outcome", { enum: ["success", "failure", "other"] }),
    deployments: integer("deployments"),
    failed: integer("failed"),
    leadSeconds: doublePrecision("lead_seconds"),
  },
  (table) => [primaryKey({ columns: [table.fileId, table.line] })],
);
