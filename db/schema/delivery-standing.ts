import { sql } from "drizzle-orm";
import {
  bigint,
  check,
  date,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  uuid,
} from "drizzle-orm/pg-core";
import { bytes, moment, sortableText } from "#db/columns.ts";
import { deliveryServices } from "./delivery-figures.ts";

/** Services whose figures have changed since the kept ones were worked out, and from when on. */
export const deliveryMarks = pgTable("delivery_marks", {
  serviceId: uuid("service_id")
    .primaryKey()
    .references(() => deliveryServices.id, { onDelete: "cascade" }),
  from: moment("from_at").notNull(),
  /** Rises with each mark: what came while one was worked in is not forgotten. */
  count: bigint("count", { mode: "number" }).notNull().default(1),
});

/**
 * Figures that are kept ready, because working them out takes too long for a page: of the organisation, and of teams and
 * systems with much history. All can be made again, with the same numbers.
 */
export const deliveryStanding = pgTable(
  "delivery_standing",
  {
    /** `organisation:`, or `team:`, `system:` or `service:` and a reference. */
    scope: sortableText("scope").notNull(),
    /** `week`, the length of a window in days, or `services` for which ones the scope has. */
    span: sortableText("span").notNull(),
    /** The first day of the week; the day after the window's last. */
    day: date("day").notNull(),
    /** Time zone, start of weeks and definition under which it was made: another one makes it void. */
    basis: text("basis").notNull(),
    body: jsonb("body").notNull(),
    /** When something that it rests on last changed; it is made anew where that is not before it was read. */
    dueAt: moment("due_at"),
    computedAt: moment("computed_at").notNull(),
    /** Of the row that says which services a scope has: from when on its days have to be made anew; null when they stand. */
    touchedFrom: moment("touched_from"),
  },
  (table) => [primaryKey({ columns: [table.scope, table.span, table.day] })],
);

/**
 * What each day of a kept scope had: windows of any length are made of their days, so that a new deployment costs one day and
 * not all rows of the window. Can be made again, with the same numbers. Numbers are as PostgreSQL sends them (`float8send`).
 */
export const deliveryDays = pgTable(
  "delivery_days",
  {
    scope: sortableText("scope").notNull(),
    day: date("day").notNull(),
    basis: text("basis").notNull(),
    counts: jsonb("counts").$type<Record<string, number | string | null>>().notNull(),
    /** How many changes each deployment brought, and their lead times beside each other. */
    sizes: bytes("sizes").notNull(),
    leads: bytes("leads").notNull(),
    /** Pairs of moments: a service's deployment before, and its deployment of this day. */
    gaps: bytes("gaps").notNull(),
    coding: bytes("coding").notNull(),
    pickup: bytes("pickup").notNull(),
    review: bytes("review").notNull(),
    deploy: bytes("deploy").notNull(),
  },
  (table) => [primaryKey({ columns: [table.scope, table.day] })],
);

/** One row: how the organisation counts weeks and quarters. Its time zone stands with the installation. */
export const deliveryCalendar = pgTable(
  "delivery_calendar",
  {
    id: text("id").primaryKey().default("only"),
    /** 1 is Monday. */
    weekStartsOn: smallint("week_starts_on").notNull().default(1),
    fiscalYearStartsIn: smallint("fiscal_year_starts_in").notNull().default(1),
  },
  (table) => [
    check("delivery_calendar_only_one", sql`${table.id} = 'only'`),
    check("delivery_calendar_week", sql`${table.weekStartsOn} between 1 and 7`),
    check("delivery_calendar_month", sql`${table.fiscalYearStartsIn} between 1 and 12`),
  ],
);

/** Holidays and freezes. They explain a quiet week; no duration is made shorter by them. */
export const deliveryCalendarDays = pgTable(
  "delivery_calendar_days",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    kind: text("kind", { enum: ["holiday", "freeze"] }).notNull(),
    /** Both included. */
    from: date("from_day").notNull(),
    to: date("to_day").notNull(),
    title: text("title").notNull(),
  },
  (table) => [
    index("delivery_calendar_days_idx").on(table.from, table.to),
    check("delivery_calendar_days_order", sql`${table.from} <= ${table.to}`),
  ],
);
