import { type SQL, sql } from "drizzle-orm";
import { bigint, boolean, index, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { moment, sortableText } from "#db/columns.ts";

/**
 * When the source last changed the object, and the GUID of the delivery that said so. The later stamp wins, so that
 * late, shuffled and repeated deliveries end in the same row.
 */
const stamp = () => ({
  asOf: moment("as_of").notNull(),
  asOfGuid: sortableText("as_of_guid").notNull(),
});

/** A repository by the host's own number: names change, numbers do not. */
export const repositories = pgTable(
  "repositories",
  {
    /** `<host>:<number>` */
    id: text("id").primaryKey(),
    fullName: text("full_name").notNull(),
    /** As the annotation `github.com/project-slug` is compared: lower case. */
    slug: text("slug").notNull(),
    defaultBranch: text("default_branch").notNull(),
    url: text("url"),
    /** Since when something of this repository could have been seen. */
    observedSince: moment("observed_since").notNull(),
    isDemo: boolean("is_demo").notNull(),
    ...stamp(),
  },
  (table) => [
    index("repositories_slug_idx").on(table.slug),
    index("repositories_demo_idx").on(table.id).where(sql`${table.isDemo}`),
  ],
);

const repositoryId = () =>
  text("repository_id")
    .notNull()
    .references(() => repositories.id, { onDelete: "cascade" });

/**
 * Every name that a repository was seen under, from the first to the last stamp of whatever said so. Hosts redirect a
 * former name until somebody else takes it; so do annotations.
 */
export const repositoryNames = pgTable(
  "repository_names",
  {
    repositoryId: repositoryId(),
    /** As the annotation `github.com/project-slug` is compared: lower case. */
    slug: text("slug").notNull(),
    firstAt: moment("first_at").notNull(),
    lastAt: moment("last_at").notNull(),
    /** It has another name now: kept with the repository's own name, so that the few of these are found at once. */
    isFormer: boolean("is_former").notNull().default(false),
  },
  (table) => [
    primaryKey({ columns: [table.repositoryId, table.slug] }),
    index("repository_names_slug_idx").on(table.slug),
    index("repository_names_former_idx").on(table.repositoryId).where(sql`${table.isFormer}`),
  ],
);

/** When a repository ended, as far as deployments go, and when it came back. What a host no longer lists is "gone". */
export const repositoryTurns = pgTable(
  "repository_turns",
  {
    repositoryId: repositoryId(),
    at: moment("at").notNull(),
    turn: text("turn", { enum: ["archived", "unarchived", "deleted", "gone", "back"] }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.repositoryId, table.at, table.turn] })],
);

export const pushes = pgTable(
  "pushes",
  {
    repositoryId: repositoryId(),
    ref: text("ref").notNull(),
    beforeSha: text("before_sha").notNull(),
    afterSha: text("after_sha").notNull(),
    isForced: boolean("is_forced").notNull(),
    /** What it brought, the oldest first; at most 2,048, as the sender limits it. */
    commits: text("commits").array().notNull(),
    pushedAt: moment("pushed_at").notNull(),
    ...stamp(),
  },
  (table) => [
    primaryKey({ columns: [table.repositoryId, table.ref, table.afterSha, table.beforeSha] }),
    index("pushes_after_idx").on(table.repositoryId, table.afterSha),
    index("pushes_before_idx").on(table.repositoryId, table.beforeSha),
  ],
);

export const commits = pgTable(
  "commits",
  {
    repositoryId: repositoryId(),
    sha: text("sha").notNull(),
    title: text("title").notNull(),
    authoredAt: moment("authored_at").notNull(),
    paths: text("paths").array().notNull(),
    committedAt: moment("committed_at"),
    /** Null while unknown: a push does not say them, the host's API and a git directory do. */
    parents: text("parents").array(),
    /** What came before it in the pushes that brought it: stands in for the parents while those are unknown. */
    pushParents: text("push_parents").array().notNull().default(sql`'{}'`),
    /** What its message says it takes back: `sha:<commit>`, `pull:<number>` or `title:<text>`. */
    reverts: text("reverts").array().notNull().default(sql`'{}'`),
    /** The pull request that its message names: "(#12)" at the end of the title, or the merge's own words. */
    pullRequest: integer("pull_request"),
    /** The title of that pull request, where the merge's message repeats it. */
    pullRequestTitle: text("pull_request_title"),
    isBot: boolean("is_bot").notNull().default(false),
    ...stamp(),
  },
  (table) => [
    primaryKey({ columns: [table.repositoryId, table.sha] }),
    index("commits_reverts_idx").on(table.repositoryId).where(sql`${table.reverts} <> '{}'`),
    index("commits_pull_request_idx")
      .on(table.repositoryId, table.pullRequest)
      .where(sql`${table.pullRequest} is not null`),
    // By which a revert names it: without the number that a squash puts behind.
    index("commits_title_idx").on(
      table.repositoryId,
      sql`md5(regexp_replace(${table.title}, ' [(]#[0-9]+[)]$', ''))`,
    ),
    index("commits_pull_request_title_idx")
      .on(table.repositoryId, sql`md5(${table.pullRequestTitle})`)
      .where(sql`${table.pullRequestTitle} is not null`),
  ],
);

/** Commits that lie beyond what was read of a history, as in a shallow clone: they count as deployed before it. */
export const historyBoundaries = pgTable(
  "history_boundaries",
  {
    repositoryId: repositoryId(),
    sha: text("sha").notNull(),
    /** Down to when the host was asked for it; null where it is for good, as in a shallow clone. */
    readSince: moment("read_since"),
  },
  (table) => [primaryKey({ columns: [table.repositoryId, table.sha] })],
);

/** A tag as it stands now, on the commit that it leads to. */
export const tags = pgTable(
  "tags",
  {
    repositoryId: repositoryId(),
    name: sortableText("name").notNull(),
    sha: text("sha").notNull(),
    /** An annotated tag's own date, else its commit's; null while that is unknown. */
    taggedAt: moment("tagged_at"),
    deletedAt: moment("deleted_at"),
    ...stamp(),
  },
  (table) => [primaryKey({ columns: [table.repositoryId, table.name] })],
);

export const pullRequests = pgTable(
  "pull_requests",
  {
    repositoryId: repositoryId(),
    number: integer("number").notNull(),
    title: text("title").notNull(),
    state: text("state", { enum: ["open", "closed"] }).notNull(),
    isDraft: boolean("is_draft").notNull(),
    baseRef: text("base_ref").notNull(),
    headRef: text("head_ref").notNull(),
    headSha: text("head_sha").notNull(),
    labels: text("labels").array().notNull(),
    openedAt: moment("opened_at").notNull(),
    closedAt: moment("closed_at"),
    mergedAt: moment("merged_at"),
    /** When it last stopped being a draft; null when it never was one, as far as was seen. */
    readyAt: moment("ready_at"),
    mergeSha: text("merge_sha"),
    commitCount: integer("commit_count"),
    ...stamp(),
  },
  (table) => [
    primaryKey({ columns: [table.repositoryId, table.number] }),
    index("pull_requests_merge_sha_idx").on(table.repositoryId, table.mergeSha),
    index("pull_requests_head_ref_idx").on(table.repositoryId, table.headRef),
  ],
);

export const pullRequestReviews = pgTable(
  "pull_request_reviews",
  {
    repositoryId: repositoryId(),
    number: bigint("number", { mode: "number" }).notNull(),
    pullRequest: integer("pull_request").notNull(),
    state: text("state").notNull(),
    submittedAt: moment("submitted_at"),
    /** By the pull request's own author or by a program: no review of somebody else. */
    isOwn: boolean("is_own").notNull().default(false),
    ...stamp(),
  },
  (table) => [
    primaryKey({ columns: [table.repositoryId, table.number] }),
    index("pull_request_reviews_pull_request_idx").on(table.repositoryId, table.pullRequest),
  ],
);

export const deployments = pgTable(
  "deployments",
  {
    repositoryId: repositoryId(),
    number: bigint("number", { mode: "number" }).notNull(),
    environment: text("environment").notNull(),
    tier: text("tier", {
      enum: ["production", "staging", "test", "development", "ephemeral", "other"],
    }).notNull(),
    sha: text("sha").notNull(),
    ref: text("ref").notNull(),
    task: text("task").notNull(),
    createdAt: moment("created_at").notNull(),
    startedAt: moment("started_at"),
    /** The first success, the first and the last failure: earliest and latest, so that order does not matter. */
    succeededAt: moment("succeeded_at"),
    failedAt: moment("failed_at"),
    lastFailedAt: moment("last_failed_at"),
    outcome: text("outcome", { enum: ["success", "failure", "pending"] })
      .notNull()
      .generatedAlwaysAs(
        (): SQL =>
          sql`case when succeeded_at is not null then 'success' when failed_at is not null then 'failure' else 'pending' end`,
      ),
    /** When it happened: its success, else its failure, else its beginning. */
    at: moment("at")
      .notNull()
      .generatedAlwaysAs((): SQL => sql`coalesce(succeeded_at, failed_at, created_at)`),
    ...stamp(),
  },
  (table) => [
    primaryKey({ columns: [table.repositoryId, table.number] }),
    index("deployments_at_idx").on(table.repositoryId, table.at, table.number),
    index("deployments_tier_idx").on(table.repositoryId, table.tier, table.at, table.number),
    index("deployments_environment_idx").on(
      table.repositoryId,
      table.environment,
      table.succeededAt,
      table.number,
    ),
    index("deployments_sha_idx").on(table.repositoryId, table.sha),
  ],
);

/** Issues that carried the label "incident" at some time; those that lost it again stay as `is_incident = false`. */
export const incidents = pgTable(
  "incidents",
  {
    repositoryId: repositoryId(),
    number: integer("number").notNull(),
    title: text("title").notNull(),
    severity: text("severity"),
    /** Names after `service:` in its labels: which services of a shared repository it is about. */
    services: text("services").array().notNull(),
    /** The commit that its text names as the guilty deployment. */
    namedSha: text("named_sha"),
    openedAt: moment("opened_at").notNull(),
    closedAt: moment("closed_at"),
    isIncident: boolean("is_incident").notNull(),
    deletedAt: moment("deleted_at"),
    ...stamp(),
  },
  (table) => [
    primaryKey({ columns: [table.repositoryId, table.number] }),
    index("incidents_opened_idx").on(table.repositoryId, table.openedAt, table.number),
    index("incidents_open_idx")
      .on(table.repositoryId, table.openedAt)
      .where(sql`${table.closedAt} is null and ${table.isIncident} and ${table.deletedAt} is null`),
  ],
);

export const workflowRuns = pgTable(
  "workflow_runs",
  {
    repositoryId: repositoryId(),
    number: bigint("number", { mode: "number" }).notNull(),
    runNumber: integer("run_number"),
    attempt: integer("attempt").notNull(),
    workflow: text("workflow").notNull(),
    path: text("path"),
    event: text("event").notNull(),
    branch: text("branch"),
    sha: text("sha").notNull(),
    status: text("status").notNull(),
    conclusion: text("conclusion"),
    startedAt: moment("started_at").notNull(),
    ...stamp(),
  },
  (table) => [
    primaryKey({ columns: [table.repositoryId, table.number] }),
    index("workflow_runs_started_idx").on(table.repositoryId, table.startedAt, table.number),
  ],
);

export const releases = pgTable(
  "releases",
  {
    repositoryId: repositoryId(),
    number: bigint("number", { mode: "number" }).notNull(),
    tag: text("tag").notNull(),
    name: text("name"),
    isDraft: boolean("is_draft").notNull(),
    isPrerelease: boolean("is_prerelease").notNull(),
    publishedAt: moment("published_at"),
    deletedAt: moment("deleted_at"),
    ...stamp(),
  },
  (table) => [
    primaryKey({ columns: [table.repositoryId, table.number] }),
    index("releases_published_idx").on(table.repositoryId, table.publishedAt),
  ],
);
