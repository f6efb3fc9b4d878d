import { sql } from "drizzle-orm";
import { boolean, check, integer, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { bytes, moment } from "#db/columns.ts";

/** Which tier an environment has, by its name: the first pattern that fits wins over what a deployment says of itself. */
export const environmentTierRules = pgTable(
  "environment_tier_rules",
  {
    position: integer("position").primaryKey(),
    /** In lower case, with `*` for any text. */
    pattern: text("pattern").notNull(),
    tier: text("tier", {
      enum: ["production", "staging", "test", "development", "ephemeral", "other"],
    }).notNull(),
  },
  (table) => [
    uniqueIndex("environment_tier_rules_pattern_key").on(table.pattern),
    check("environment_tier_rules_first", sql`${table.position} >= 0`),
  ],
);

/** One row: what counts as a deployment of services that have chosen nothing themselves. None: GitHub's deployments. */
export const deliveryDefaults = pgTable(
  "delivery_defaults",
  {
    id: text("id").primaryKey().default("only"),
    source: text("source", { enum: ["deployment", "release", "tag", "merge", "reported"] }).notNull(),
  },
  (table) => [check("delivery_defaults_only_one", sql`${table.id} = 'only'`)],
);

/** Where a pager or an alert manager sends its webhooks to, each with its own secret. */
export const incidentReceivers = pgTable(
  "incident_receivers",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    kind: text("kind", { enum: ["pagerduty", "opsgenie", "alertmanager"] }).notNull(),
    name: text("name").notNull(),
    /** With which webhooks are signed (PagerDuty), or which they show (the others). */
    sealed: bytes("sealed").notNull(),
    isOn: boolean("is_on").notNull().default(true),
    createdAt: moment("created_at").notNull(),
    lastReceivedAt: moment("last_received_at"),
    failure: text("failure"),
    failedAt: moment("failed_at"),
  },
  (table) => [uniqueIndex("incident_receivers_name_key").on(table.name)],
);
