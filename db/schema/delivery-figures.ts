import { type SQL, sql } from "drizzle-orm";
import {
  bigint,
  bigserial,
  boolean,
  check,
  doublePrecision,
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
import { users } from "./identity.ts";

/**
 * A Component as something that is deployed: which facts count as its deployments, and how far its figures have been
 * worked out. The rows below hang on it; all of them can be made again from the facts.
 */
export const deliveryServices = pgTable(
  "delivery_services",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    /** Stays when the Component goes, and with it the history. */
    entityRef: text("entity_ref").notNull(),
    /** The one source of its deployments; null: GitHub's deployments, as the annotations of the Component tell. */
    source: text("source", {
      enum: ["deployment", "workflow", "release", "tag", "merge", "reported"],
    }),
    /** What the source needs: a repository's id, a workflow's path, a pattern of tags, a branch. */
    settings: jsonb("settings").$type<Record<string, string>>().notNull().default({}),
    /** Of a repository that holds several services: only commits that touch one of these paths are its own. */
    pathGlobs: text("path_globs").array().notNull().default(sql`'{}'`),
    /** Rises with each change of the rules above. */
    rulesVersion: integer("rules_version").notNull().default(1),
    /** The earliest moment from which its deployments have to be worked out again; null when all is worked out. */
    dueFrom: moment("due_from"),
    /** Rises each time something becomes due: what came while it was worked out is not forgotten. */
    dueCount: bigint("due_count", { mode: "number" }).notNull().default(0),
    /** What the catalogue said of its deployments when they were last worked out: once that changes, all is due. */
    scopeHash: text("scope_hash"),
    workedAt: moment("worked_at"),
    failure: text("failure"),
    isDemo: boolean("is_demo").notNull().default(false),
  },
  (table) => [
    uniqueIndex("delivery_services_ref_key").on(table.entityRef),
    index("delivery_services_due_idx").on(table.id).where(sql`${table.dueFrom} is not null`),
  ],
);

const serviceId = () =>
  uuid("service_id")
    .notNull()
    .references(() => deliveryServices.id, { onDelete: "cascade" });

/** Deployments of services, each recognised in one source and placed in the chain of its tier. */
export const serviceDeployments = pgTable(
  "service_deployments",
  {
    id: bigserial("id", { mode: "number" }).primaryKey(),
    serviceId: serviceId(),
    tier: text("tier").notNull(),
    /** The name of the source, and its own key of the deployment: together they find it again after a rebuild. */
    source: text("source").notNull(),
    sourceKey: sortableText("source_key").notNull(),
    environment: text("environment").notNull(),
    repositoryId: text("repository_id"),
    sha: text("sha"),
    ref: text("ref"),
    createdAt: moment("created_at").notNull(),
    /** When it was live everywhere: of several regions the last. Null when it never was. */
    succeededAt: moment("succeeded_at"),
    failedAt: moment("failed_at"),
    /** A failure that was reported after the success. */
    brokeAt: moment("broke_at"),
    /** Regions and cells that are one deployment: environment, key and time of each. */
    parts: jsonb("parts").$type<{ environment: string; key: string; succeededAt: string | null }[]>(),
    /** What it did, as the successful ones before it in the chain tell; null for one that never succeeded. */
    kind: text("kind", { enum: ["baseline", "forward", "redeploy", "rollback", "unknown"] }),
    /** Whether its changes are known; `unknown` ones count for frequency and for nothing else. */
    attribution: text("attribution", { enum: ["complete", "baseline", "unknown"] }),
    /** Why they are not known. */
    attributionNote: text("attribution_note"),
    /** Where the walk back ended for want of knowledge: what is learnt of these commits makes it due again. */
    missingShas: text("missing_shas").array(),
    previousId: bigint("previous_id", { mode: "number" }),
    commitCount: integer("commit_count").notNull().default(0),
    changeCount: integer("change_count").notNull().default(0),
    /** Left out by the team. */
    isExcluded: boolean("is_excluded").notNull().default(false),
    definition: integer("definition").notNull(),
    /** The strongest that its failures say, and why it counts as rework: kept by `markFiguresDue`. */
    failState: text("fail_state", { enum: ["confirmed", "suggested"] }),
    reworkSigns: text("rework_signs").array().notNull().default(sql`'{}'`),
    /** Set when a later fact changed what had been worked out before. */
    reworkedAt: moment("reworked_at"),
    outcome: text("outcome")
      .notNull()
      .generatedAlwaysAs(
        (): SQL =>
          sql`case when succeeded_at is not null then 'success' when failed_at is not null then 'failure' else 'pending' end`,
      ),
    at: moment("at")
      .notNull()
      .generatedAlwaysAs((): SQL => sql`coalesce(succeeded_at, failed_at, created_at)`),
  },
  (table) => [
    uniqueIndex("service_deployments_key").on(table.serviceId, table.source, table.sourceKey),
    index("service_deployments_chain_idx").on(
      table.serviceId,
      table.tier,
      table.succeededAt,
      table.sourceKey,
    ),
    index("service_deployments_at_idx").on(table.serviceId, table.at, table.id),
    index("service_deployments_production_idx")
      .on(table.succeededAt, table.serviceId)
      .where(sql`${table.tier} = 'production' and ${table.succeededAt} is not null`),
    index("service_deployments_sha_idx").on(table.sha),
    index("service_deployments_missing_idx")
      .on(table.serviceId, table.succeededAt)
      .where(sql`${table.missingShas} is not null`),
    index("service_deployments_figures_idx")
      .on(table.at, table.serviceId)
      .where(sql`${table.tier} = 'production'`),
    // Suggestions that wait for a team are counted over all time whenever a scope's figures are made.
    index("service_deployments_unreviewed_idx")
      .on(table.serviceId, table.at, table.id)
      .where(
        sql`${table.failState} = 'suggested' and ${table.tier} = 'production' and not ${table.isExcluded}`,
      ),
    // What failed, repaired something or went back: few of many, and looked through each time that a service is judged.
    index("service_deployments_judged_idx")
      .on(table.serviceId, table.at)
      .where(
        sql`${table.failState} is not null or ${table.reworkSigns} <> '{}' or ${table.kind} = 'rollback'`,
      ),
    index("service_deployments_excluded_idx").on(table.serviceId, table.id).where(sql`${table.isExcluded}`),
    check(
      "service_deployments_kind_of_success",
      sql`(${table.succeededAt} is null) = (${table.kind} is null)`,
    ),
  ],
);

const deploymentId = () =>
  bigint("deployment_id", { mode: "number" })
    .notNull()
    .references(() => serviceDeployments.id, { onDelete: "cascade" });

/** In which deployment each commit first came to a tier. It also tells where a walk back may stop. */
export const serviceCommits = pgTable(
  "service_commits",
  {
    serviceId: serviceId(),
    tier: text("tier").notNull(),
    sha: text("sha").notNull(),
    deploymentId: deploymentId(),
    /** Not a merge, and among the service's paths. */
    isCounted: boolean("is_counted").notNull(),
    /** From its author's date to the deployment, in seconds, never below zero. */
    leadSeconds: doublePrecision("lead_seconds"),
    wasClamped: boolean("was_clamped").notNull().default(false),
  },
  (table) => [
    primaryKey({ columns: [table.serviceId, table.tier, table.sha] }),
    index("service_commits_deployment_idx").on(table.deploymentId),
    index("service_commits_sha_idx").on(table.sha),
  ],
);

/** What a deployment brought: pull requests, and commits that came without one. */
export const deploymentChanges = pgTable(
  "deployment_changes",
  {
    deploymentId: deploymentId(),
    /** `pull:<number>` or `commit:<sha>`. */
    key: sortableText("key").notNull(),
    serviceId: serviceId(),
    tier: text("tier").notNull(),
    deployedAt: moment("deployed_at").notNull(),
    pullRequest: integer("pull_request"),
    sha: text("sha").notNull(),
    startedAt: moment("started_at").notNull(),
    startedBy: text("started_by", {
      enum: ["commit", "pull_request_commit", "pull_request_opened"],
    }).notNull(),
    leadSeconds: doublePrecision("lead_seconds").notNull(),
    /** The stages add up to the lead time; null for a commit without a pull request. */
    codingSeconds: doublePrecision("coding_seconds"),
    pickupSeconds: doublePrecision("pickup_seconds"),
    reviewSeconds: doublePrecision("review_seconds"),
    deploySeconds: doublePrecision("deploy_seconds"),
    wasClamped: boolean("was_clamped").notNull().default(false),
    isBot: boolean("is_bot").notNull().default(false),
  },
  (table) => [
    primaryKey({ columns: [table.deploymentId, table.key] }),
    index("deployment_changes_window_idx").on(table.serviceId, table.tier, table.deployedAt),
    index("deployment_changes_pull_request_idx").on(table.serviceId, table.pullRequest),
    index("deployment_changes_production_idx")
      .on(table.deployedAt, table.serviceId)
      .where(sql`${table.tier} = 'production'`),
  ],
);

/** A sign that a deployment did harm, with what it rests on. Confirmed, suggested or rejected: see `decisions`. */
export const deploymentFailures = pgTable(
  "deployment_failures",
  {
    id: bigserial("id", { mode: "number" }).primaryKey(),
    deploymentId: deploymentId(),
    serviceId: serviceId(),
    signal: text("signal", {
      enum: ["incident", "rollback", "revert", "status", "hotfix", "incident_nearby", "stated"],
    }).notNull(),
    /** What gave the sign: the revert's commit, the incident, the later deployment. Finds it again after a rebuild. */
    signalKey: sortableText("signal_key").notNull(),
    /** What the evidence alone says. */
    confidence: text("confidence", { enum: ["confirmed", "suggested"] }).notNull(),
    /** What the team says; it wins. */
    decision: text("decision", { enum: ["confirmed", "rejected"] }),
    seenAt: moment("seen_at").notNull(),
    remedyId: bigint("remedy_id", { mode: "number" }).references(() => serviceDeployments.id, {
      onDelete: "set null",
    }),
    recoveredAt: moment("recovered_at"),
    detectedAt: moment("detected_at"),
    evidence: jsonb("evidence").$type<Record<string, string | number | null>>().notNull(),
    state: text("state")
      .notNull()
      .generatedAlwaysAs((): SQL => sql`coalesce(decision, confidence)`),
  },
  (table) => [
    uniqueIndex("deployment_failures_key").on(table.deploymentId, table.signal, table.signalKey),
    index("deployment_failures_service_idx").on(table.serviceId, table.seenAt),
    index("deployment_failures_remedy_idx").on(table.remedyId),
    index("deployment_failures_state_idx").on(table.state, table.serviceId),
    // Failures of a window are those that were open in it: most were over long before.
    index("deployment_failures_recovered_idx")
      .on(table.recoveredAt, table.serviceId)
      .where(sql`${table.state} = 'confirmed'`),
  ],
);

/**
 * What people say of deployments and failures: with reason and author, the latest counts, none is ever changed. Names its
 * subject by the source's own key, so that it outlives a rebuild.
 */
export const deliveryDecisions = pgTable(
  "delivery_decisions",
  {
    id: bigserial("id", { mode: "number" }).primaryKey(),
    serviceId: serviceId(),
    source: text("source").notNull(),
    sourceKey: text("source_key").notNull(),
    /** Of a failure; null when it is about the deployment itself. */
    signal: text("signal"),
    signalKey: text("signal_key"),
    decision: text("decision", {
      enum: ["exclude", "include", "confirm", "reject", "fail", "note", "dispute", "settle"],
    }).notNull(),
    reason: text("reason").notNull(),
    actorId: uuid("actor_id").references(() => users.id, { onDelete: "set null" }),
    actorName: text("actor_name").notNull(),
    at: moment("at").notNull(),
  },
  (table) => [
    index("delivery_decisions_subject_idx").on(table.serviceId, table.source, table.sourceKey, table.id),
  ],
);

/** When deployments or incidents of a repository or service could have been seen: the difference of zero and unknown. */
export const observedPeriods = pgTable(
  "observed_periods",
  {
    id: bigserial("id", { mode: "number" }).primaryKey(),
    /** A repository's id or a Component's reference. */
    subject: text("subject").notNull(),
    what: text("what", { enum: ["deployments", "incidents"] }).notNull(),
    from: moment("from_at").notNull(),
    /** Null: still. */
    until: moment("until_at"),
    reason: text("reason").notNull(),
  },
  (table) => [index("observed_periods_subject_idx").on(table.subject, table.what, table.from)],
);
