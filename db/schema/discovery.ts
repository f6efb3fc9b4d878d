import { boolean, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { moment, sortableText } from "#db/columns.ts";
import { sourceRepositories } from "./connections.ts";
import { connections } from "./core.ts";

/** What of a connection is looked at, as an admin says; a connection without a row has the defaults. */
export const discoveryScopes = pgTable("discovery_scopes", {
  connectionId: uuid("connection_id")
    .primaryKey()
    .references(() => connections.id, { onDelete: "cascade" }),
  /** Globs of catalogue files inside a repository. */
  paths: text("paths").array().notNull(),
  /** The branch to read; null: each repository's default branch. */
  branch: text("branch"),
  /** Globs over `owner/name` in lower case; nothing included means everything. */
  included: text("included").array().notNull(),
  excluded: text("excluded").array().notNull(),
  withArchived: boolean("with_archived").notNull().default(false),
  withForks: boolean("with_forks").notNull().default(false),
  /** Teams and their members as Groups and Users. */
  withPeople: boolean("with_people").notNull().default(true),
  /** Proposals for repositories that have no file. */
  withProposals: boolean("with_proposals").notNull().default(true),
  updatedAt: moment("updated_at").notNull(),
});

/**
 * The life of a connection's discovery: `run` is the fencing number of the one that may write, `cursor` where the next
 * one goes on when this one was rate-limited or its process ended.
 */
export const discoveryRuns = pgTable("discovery_runs", {
  connectionId: uuid("connection_id")
    .primaryKey()
    .references(() => connections.id, { onDelete: "cascade" }),
  state: text("state", { enum: ["waiting", "running", "paused", "done", "failed", "cancelled"] })
    .notNull()
    .default("waiting"),
  step: text("step", { enum: ["repositories", "files", "people", "readers"] }),
  /** What of this pass is done already; null once it is over. */
  cursor: jsonb("cursor").$type<{
    step: "repositories" | "files" | "people" | "readers";
    after: string | null;
  }>(),
  done: integer("done").notNull().default(0),
  total: integer("total").notNull().default(0),
  run: integer("run").notNull().default(0),
  /** Set by a person who stops it; the run itself sees it and ends. */
  isCancelled: boolean("is_cancelled").notNull().default(false),
  startedAt: moment("started_at"),
  heartbeatAt: moment("heartbeat_at"),
  /** Paused until then: what the host's rate limit says. */
  resumeAt: moment("resume_at"),
  failure: text("failure"),
  /** When teams and members were last read, and why not since. */
  peopleAt: moment("people_at"),
  peopleTrouble: text("people_trouble"),
  readersTrouble: text("readers_trouble"),
  /** When the last pass over everything was whole: the page's "as of". */
  completedAt: moment("completed_at"),
  /** When the pass that is under way began, over all pauses and restarts. */
  passStartedAt: moment("pass_started_at"),
});

/** What was found in a repository at its last look; the location with its entries says the rest. */
export const discoveredRepositories = pgTable("discovered_repositories", {
  repositoryId: uuid("repository_id")
    .primaryKey()
    .references(() => sourceRepositories.id, { onDelete: "cascade" }),
  /** The catalogue files that fit the globs, with their blob names: equal means that nothing is to be imported. */
  files: jsonb("files").$type<{ path: string; sha: string }[]>().notNull(),
  /** CODEOWNERS, packages, recent authors: evidence for owners and proposals. */
  evidence: jsonb("evidence").$type<Record<string, unknown>>().notNull(),
  commit: text("commit"),
  lookedAt: moment("looked_at"),
  /** The repository's `pushed_at` and page as they were at the last look. */
  pushedAt: moment("pushed_at"),
  url: text("url"),
  authorsAt: moment("authors_at"),
  /** Whoever looks at it now; for so long, nobody else does. */
  lookedBy: uuid("looked_by"),
  lookedUntil: moment("looked_until"),
  /** Why the last look did not succeed, and since when; what was known before stays. */
  trouble: text("trouble"),
  troubleSince: moment("trouble_since"),
});

/** A service that seems to be there though no file says so: a repository, or a package in one. */
export const proposals = pgTable(
  "proposals",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    repositoryId: uuid("repository_id")
      .notNull()
      .references(() => sourceRepositories.id, { onDelete: "cascade" }),
    /** The folder in the repository; empty for the whole of it. */
    path: sortableText("path").notNull(),
    name: sortableText("name").notNull(),
    type: text("type").notNull(),
    language: text("language"),
    description: text("description"),
    ownerRef: sortableText("owner_ref"),
    /** How sure the owner is, of a hundred. */
    confidence: integer("confidence").notNull(),
    evidence: jsonb("evidence").$type<{ what: string; says: string; url: string | null }[]>().notNull(),
    state: text("state", { enum: ["open", "adopted", "dismissed", "filed"] })
      .notNull()
      .default("open"),
    /** The entry that it became. */
    entityRef: sortableText("entity_ref"),
    reason: text("reason"),
    decidedAt: moment("decided_at"),
    decidedByName: text("decided_by_name"),
    /** The pull request that brings the file. */
    pullRequestUrl: text("pull_request_url"),
    seenAt: moment("seen_at").notNull(),
  },
  (table) => [
    uniqueIndex("proposals_place_key").on(table.repositoryId, table.path),
    index("proposals_state_idx").on(table.state, table.name, table.id),
    index("proposals_entity_idx").on(table.entityRef),
  ],
);
