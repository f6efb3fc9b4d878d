import { index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { moment, sortableText } from "#db/columns.ts";
import { locations } from "./catalog.ts";
import { sourceRepositories } from "./connections.ts";

/**
 * Entries that people keep in the portal, each as the text that its editor shows. Where a file with the same reference
 * has arrived from a source, that file counts and the row only says what became of it.
 */
export const portalEntries = pgTable("portal_entries", {
  /** `kind:namespace/name`, lower case. */
  ref: sortableText("ref").primaryKey(),
  text: text("text").notNull(),
  /** One more with each edit: who saves says which one they saw. */
  version: integer("version").notNull().default(1),
  createdAt: moment("created_at").notNull(),
  createdBy: text("created_by").notNull(),
  updatedAt: moment("updated_at").notNull(),
  updatedBy: text("updated_by").notNull(),
  /** Since when a file of a source has its place, and which. */
  yieldedAt: moment("yielded_at"),
  yieldedTo: text("yielded_to"),
});

/** Sources that send their entries by REST, each with the location under which these lie. */
export const customSources = pgTable("custom_sources", {
  /** The name in the address. */
  id: sortableText("id").primaryKey(),
  locationId: uuid("location_id")
    .notNull()
    .unique()
    .references(() => locations.id, { onDelete: "cascade" }),
  title: text("title").notNull(),
  /** The share of its entries, in percent, of which more may not vanish at once. */
  guardPercent: integer("guard_percent").notNull().default(20),
  createdAt: moment("created_at").notNull(),
  createdBy: text("created_by").notNull(),
  receivedAt: moment("received_at"),
  receivedBy: text("received_by"),
});

/** What a push to a branch or a pull request does to the catalogue: one row for each head that was looked at. */
export const catalogueChecks = pgTable(
  "catalogue_checks",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    repositoryId: uuid("repository_id")
      .notNull()
      .references(() => sourceRepositories.id, { onDelete: "cascade" }),
    /** 0 for a push to a branch without a pull request. */
    pullRequest: integer("pull_request").notNull(),
    branch: text("branch").notNull(),
    baseSha: text("base_sha").notNull(),
    headSha: text("head_sha").notNull(),
    state: text("state", { enum: ["waiting", "done", "failed", "outdated"] }).notNull(),
    /** Of a finished one; as `CheckResult` in server/discovery/check. */
    result: jsonb("result"),
    conclusion: text("conclusion", { enum: ["success", "neutral", "failure"] }),
    failure: text("failure"),
    /** The host's numbers of what was written there. */
    checkRunId: text("check_run_id"),
    /** Why the host was told nothing, or not all. */
    untold: text("untold"),
    createdAt: moment("created_at").notNull(),
    finishedAt: moment("finished_at"),
  },
  (table) => [
    uniqueIndex("catalogue_checks_head_key").on(table.repositoryId, table.pullRequest, table.headSha),
    index("catalogue_checks_created_idx").on(table.createdAt),
  ],
);
