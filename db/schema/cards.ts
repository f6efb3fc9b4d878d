import {
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
import { connections } from "./core.ts";

/** What stands on the pages of entries for an annotation that they carry: a link elsewhere, or a few values read from there. */
export const cards = pgTable(
  "cards",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    name: text("name").notNull(),
    /** The card of the program that this row replaces or switches off. */
    preset: text("preset"),
    kind: text("kind", { enum: ["link", "values"] }).notNull(),
    /** Null: on every entry of these kinds. */
    annotation: text("annotation"),
    /** Lower case; empty: all kinds. */
    entityKinds: text("entity_kinds").array().notNull(),
    urlPattern: text("url_pattern").notNull(),
    /** Of values: where each lies in the answer (RFC 6901) and what it is called. */
    fields: jsonb("fields").$type<{ label: string; pointer: string }[]>().notNull().default([]),
    /** Of values: what an admin approved for the request, and the sealed header. */
    connectionId: uuid("connection_id").references(() => connections.id, { onDelete: "cascade" }),
    position: integer("position").notNull().default(0),
    isOn: boolean("is_on").notNull().default(true),
    createdAt: moment("created_at").notNull(),
    updatedAt: moment("updated_at").notNull(),
  },
  (table) => [
    uniqueIndex("cards_name_key").on(table.name),
    uniqueIndex("cards_preset_key").on(table.preset),
    index("cards_connection_idx").on(table.connectionId),
  ],
);

/** The last answer to each card of values, for each entry that somebody looked at. */
export const cardAnswers = pgTable(
  "card_answers",
  {
    cardId: uuid("card_id")
      .notNull()
      .references(() => cards.id, { onDelete: "cascade" }),
    entityRef: sortableText("entity_ref").notNull(),
    askedAt: moment("asked_at").notNull(),
    /** Of the last answer that could be read; what it said stays when a later one fails. */
    answeredAt: moment("answered_at"),
    values: jsonb("values").$type<{ label: string; text: string | null }[]>(),
    failure: text("failure"),
  },
  (table) => [
    primaryKey({ name: "card_answers_pk", columns: [table.cardId, table.entityRef] }),
    index("card_answers_asked_idx").on(table.askedAt),
  ],
);
