import { sql } from "drizzle-orm";
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
import { bytes, moment, sortableText } from "#db/columns.ts";
import { connections } from "./core.ts";
import { users } from "./identity.ts";

/** How a connection to a host of repositories does, one row each: what its last check and its last reading said. */
export const connectionHealth = pgTable("connection_health", {
  connectionId: uuid("connection_id")
    .primaryKey()
    .references(() => connections.id, { onDelete: "cascade" }),
  checkedAt: moment("checked_at"),
  succeededAt: moment("succeeded_at"),
  /** Why the last try failed, in a sentence; null when it did not. */
  failure: text("failure"),
  failedAt: moment("failed_at"),
  /** As whom the host knows us: a login, or the App's name. */
  identity: text("identity"),
  /** What the host says that we may do; null where it does not say. */
  abilities: jsonb("abilities").$type<Record<string, boolean | null>>(),
  /** Things that are no failure and that an admin should know, in sentences. */
  notes: text("notes").array().notNull().default(sql`'{}'::text[]`),
});

/** Organisations and people that a GitHub App is installed at. */
export const connectionInstallations = pgTable(
  "connection_installations",
  {
    connectionId: uuid("connection_id")
      .notNull()
      .references(() => connections.id, { onDelete: "cascade" }),
    /** GitHub's number of it. */
    externalId: text("external_id").notNull(),
    /** Login of the organisation or person, as written there. */
    account: text("account").notNull(),
    accountType: text("account_type", { enum: ["organization", "person"] }).notNull(),
    /** Which repositories it was given. */
    selection: text("selection", { enum: ["all", "selected"] }).notNull(),
    permissions: jsonb("permissions").$type<Record<string, string>>().notNull(),
    suspendedAt: moment("suspended_at"),
    listedAt: moment("listed_at").notNull(),
  },
  (table) => [
    primaryKey({ name: "connection_installations_pk", columns: [table.connectionId, table.externalId] }),
  ],
);

/** What is left of a host's rate limit, as it last said; `holder` is the installation, or "token". */
export const connectionBudgets = pgTable(
  "connection_budgets",
  {
    connectionId: uuid("connection_id")
      .notNull()
      .references(() => connections.id, { onDelete: "cascade" }),
    holder: text("holder").notNull(),
    limit: integer("limit"),
    remaining: integer("remaining"),
    resetAt: moment("reset_at"),
    /** Nothing is asked before: the host said so. */
    pausedUntil: moment("paused_until"),
    heardAt: moment("heard_at").notNull(),
  },
  (table) => [primaryKey({ name: "connection_budgets_pk", columns: [table.connectionId, table.holder] })],
);

/** Answers of a host with their tags, so that the same question costs no rate limit while nothing has changed. */
export const conditionalAnswers = pgTable(
  "conditional_answers",
  {
    connectionId: uuid("connection_id")
      .notNull()
      .references(() => connections.id, { onDelete: "cascade" }),
    /** SHA-256 of the holder of the credentials, the address and the form asked for. */
    key: bytes("key").notNull(),
    etag: text("etag").notNull(),
    /** Address of the next page, where the host named one. */
    next: text("next"),
    /** Packed with gzip. */
    body: bytes("body").notNull(),
    usedAt: moment("used_at").notNull(),
  },
  (table) => [
    primaryKey({ name: "conditional_answers_pk", columns: [table.connectionId, table.key] }),
    index("conditional_answers_used_idx").on(table.usedAt),
  ],
);

/** A GitHub App that somebody is just having made by its manifest: bound to their browser, good for an hour, used once. */
export const appManifests = pgTable(
  "app_manifests",
  {
    stateHash: bytes("state_hash").primaryKey(),
    browserHash: bytes("browser_hash").notNull(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** The id that the connection will have: GitHub is told the address of its webhooks before there is one. */
    connectionId: uuid("connection_id").notNull(),
    name: text("name").notNull(),
    settings: jsonb("settings").notNull(),
    manifest: jsonb("manifest").notNull(),
    /** Where the form goes: on the host, below the organisation if one was named. */
    action: text("action").notNull(),
    createdAt: moment("created_at").notNull(),
    expiresAt: moment("expires_at").notNull(),
  },
  (table) => [index("app_manifests_expires_idx").on(table.expiresAt)],
);

/** The repositories that a connection shows us, as it last described them. Ours to read; the host's to change. */
export const sourceRepositories = pgTable(
  "source_repositories",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    connectionId: uuid("connection_id")
      .notNull()
      .references(() => connections.id, { onDelete: "cascade" }),
    /** The host's own number: stays when the repository is renamed or moved. */
    externalId: text("external_id").notNull(),
    fullName: text("full_name").notNull(),
    /** The full name in lower case, as annotations and webhooks are compared. */
    slug: sortableText("slug").notNull(),
    url: text("url").notNull(),
    cloneUrl: text("clone_url").notNull(),
    defaultBranch: text("default_branch").notNull(),
    visibility: text("visibility", { enum: ["public", "internal", "private"] }).notNull(),
    isArchived: boolean("is_archived").notNull().default(false),
    isFork: boolean("is_fork").notNull().default(false),
    language: text("language"),
    description: text("description"),
    topics: text("topics").array().notNull(),
    /** The commit of the default branch that was last looked at. */
    headSha: text("head_sha"),
    pushedAt: moment("pushed_at"),
    /** When the host last listed it, and since when it no longer does. */
    listedAt: moment("listed_at").notNull(),
    goneAt: moment("gone_at"),
    /** When its readers were last mirrored; null: nobody knows who they are, so a private one is shown to none. */
    readersListedAt: moment("readers_listed_at"),
  },
  (table) => [
    uniqueIndex("source_repositories_external_key").on(table.connectionId, table.externalId),
    index("source_repositories_slug_idx").on(table.slug),
  ],
);

/** Who may read a private repository, by login at its host in lower case and by number; mirrored, never edited here. */
export const repositoryReaders = pgTable(
  "repository_readers",
  {
    repositoryId: uuid("repository_id")
      .notNull()
      .references(() => sourceRepositories.id, { onDelete: "cascade" }),
    login: text("login").notNull(),
    /**
     * The host's own number of this person, by which they are known here: a login can be given up and taken by somebody
     * else. Null in rows of releases that did not keep it; such a row lets nobody in.
     */
    externalId: text("external_id"),
  },
  (table) => [
    primaryKey({ name: "repository_readers_pk", columns: [table.repositoryId, table.login] }),
    index("repository_readers_login_idx").on(table.login),
    index("repository_readers_external_idx").on(table.externalId, table.repositoryId),
  ],
);
