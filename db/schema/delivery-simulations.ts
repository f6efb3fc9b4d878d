import { boolean, date, index, integer, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { moment, sortableText } from "#db/columns.ts";
import { users } from "./identity.ts";

/** Rules of the organisation as somebody would have them; what it leaves out stays as it stands. */
type Rules = { tiers?: { pattern: string; tier: string }[]; defaultSource?: string; weekStartsOn?: number };

/** What a change of the organisation's rules would do to each service: tried, kept for some days, then saved or forgotten. */
export const deliverySimulations = pgTable(
  "delivery_simulations",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    state: text("state", { enum: ["waiting", "running", "done", "cancelled", "saved"] })
      .notNull()
      .default("waiting"),
    draft: jsonb("draft").$type<Rules>().notNull(),
    /** The same rules as they stood when it began: with others in their place it can no longer be saved. */
    standing: jsonb("standing").$type<Rules>().notNull(),
    /** Environments that the draft gives another tier. One more of them, and it can no longer be saved. */
    environments: text("environments").array().notNull(),
    /** The window of all its figures, the last day excluded, and the moment at which they are looked at. */
    from: date("from_day").notNull(),
    to: date("to_day").notNull(),
    createdAt: moment("created_at").notNull(),
    createdBy: uuid("created_by").references(() => users.id, { onDelete: "set null" }),
    createdByName: text("created_by_name").notNull(),
    /** How many services there were to work out when it began. */
    services: integer("services").notNull(),
    finishedAt: moment("finished_at"),
  },
  (table) => [index("delivery_simulations_created_idx").on(table.createdAt)],
);

const simulationId = () =>
  uuid("simulation_id")
    .notNull()
    .references(() => deliverySimulations.id, { onDelete: "cascade" });

/** A service by both rules. */
export const deliverySimulationServices = pgTable(
  "delivery_simulation_services",
  {
    simulationId: simulationId(),
    entityRef: sortableText("entity_ref").notNull(),
    /** Counts and figures by the standing and by the other rules; null where it could not be worked out. */
    before: jsonb("before"),
    after: jsonb("after"),
    /** Deployments that count only by the other rules, that no longer count, and that count as something else. */
    cameIn: integer("came_in").notNull().default(0),
    wentOut: integer("went_out").notNull().default(0),
    altered: integer("altered").notNull().default(0),
    /** All three together: what the table is sorted by. */
    size: integer("size").notNull().default(0),
    /** Figures that come out differently. */
    figuresChanged: integer("figures_changed").notNull().default(0),
    /** Only the newest deployments are listed. */
    isCut: boolean("is_cut").notNull().default(false),
    failure: text("failure"),
    workedAt: moment("worked_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.simulationId, table.entityRef] }),
    index("delivery_simulation_services_size_idx").on(
      table.simulationId,
      table.size,
      table.figuresChanged,
      table.entityRef,
    ),
  ],
);

/** Deployments that a service counts differently by the other rules, the newest first. */
export const deliverySimulationMoves = pgTable(
  "delivery_simulation_moves",
  {
    simulationId: simulationId(),
    entityRef: sortableText("entity_ref").notNull(),
    position: integer("position").notNull(),
    move: text("move", { enum: ["in", "out", "altered"] }).notNull(),
    source: text("source").notNull(),
    sourceKey: text("source_key").notNull(),
    environment: text("environment").notNull(),
    sha: text("sha"),
    ref: text("ref"),
    at: moment("at").notNull(),
    /** The rule that does it, as a sentence. */
    why: text("why").notNull(),
  },
  (table) => [primaryKey({ columns: [table.simulationId, table.entityRef, table.position] })],
);
