import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  smallint,
  text,
  uuid,
} from "drizzle-orm/pg-core";
import { moment } from "#db/columns.ts";
import { sourceRepositories } from "./connections.ts";
import { connections } from "./core.ts";

/** How far a list of the host was read: the page to go on with, what was taken of it, down to when it is whole. */
export type ListCursor = { page: number; seen?: string[]; oldest?: string; readTo?: string };
export type ImportCursors = Partial<Record<"deployments" | "pullRequests" | "issues", ListCursor>>;

/** The import of a connection's past. `run` is the fencing number of the one that may write. */
export const historyImports = pgTable("history_imports", {
  connectionId: uuid("connection_id")
    .primaryKey()
    .references(() => connections.id, { onDelete: "cascade" }),
  state: text("state", { enum: ["waiting", "running", "paused", "done", "cancelled"] })
    .notNull()
    .default("waiting"),
  /** So many days before an import of a repository was planned are read. */
  reachDays: integer("reach_days").notNull(),
  run: integer("run").notNull().default(0),
  startedAt: moment("started_at"),
  heartbeatAt: moment("heartbeat_at"),
  completedAt: moment("completed_at"),
  /** Paused until then, and why. */
  resumeAt: moment("resume_at"),
  failure: text("failure"),
  /** Requests made, and the time in which they were made: how fast it goes. */
  requests: bigint("requests", { mode: "number" }).notNull().default(0),
  activeMs: bigint("active_ms", { mode: "number" }).notNull().default(0),
});

/** The import of one repository's past, newest first in slices of 90 days: what is whole, and where to go on. */
export const historyRepositories = pgTable(
  "history_repositories",
  {
    repositoryId: uuid("repository_id")
      .primaryKey()
      .references(() => sourceRepositories.id, { onDelete: "cascade" }),
    connectionId: uuid("connection_id")
      .notNull()
      .references(() => connections.id, { onDelete: "cascade" }),
    /** Its key among the repositories that facts are of. */
    subject: text("subject").notNull(),
    /** 0: of a service in production, 1: of another service, 2: of no Component. */
    rank: smallint("rank").notNull(),
    /** Its place among those of the connection, the liveliest of each rank first. */
    position: integer("position").notNull(),
    /** When it is its turn: the smallest comes first, see `turnOf`. */
    turn: integer("turn").notNull(),
    /** What is to be read: from `reach` up to the moment at which that was planned. */
    until: moment("until_at").notNull(),
    reach: moment("reach_at").notNull(),
    /** Everything from here on was read; null while nothing is whole. */
    completeFrom: moment("complete_from"),
    slices: smallint("slices").notNull().default(0),
    /** The newest deployment was looked at ahead of all others. */
    hasNewest: boolean("has_newest").notNull().default(false),
    state: text("state", { enum: ["waiting", "running", "done", "failed", "gone"] })
      .notNull()
      .default("waiting"),
    cursors: jsonb("cursors").$type<ImportCursors>().notNull().default({}),
    requests: integer("requests").notNull().default(0),
    /** Of the newest slice alone, once it is whole: what the others are estimated by. */
    firstRequests: integer("first_requests"),
    attempts: smallint("attempts").notNull().default(0),
    nextTryAt: moment("next_try_at"),
    /** Why it failed, or what of a whole one could not be read, in a sentence. */
    failure: text("failure"),
    failedAt: moment("failed_at"),
    doneAt: moment("done_at"),
  },
  (table) => [
    index("history_repositories_turn_idx")
      .on(table.connectionId, table.turn, table.position)
      .where(sql`${table.state} in ('waiting', 'running')`),
    index("history_repositories_position_idx").on(table.connectionId, table.position, table.repositoryId),
    index("history_repositories_state_idx").on(
      table.connectionId,
      table.state,
      table.position,
      table.repositoryId,
    ),
    index("history_repositories_subject_idx").on(table.subject),
    check("history_repositories_rank", sql`${table.rank} between 0 and 2`),
  ],
);
