import { sql } from "drizzle-orm";
import { index, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { moment, sortableText } from "#db/columns.ts";

/** Deployments that were told by a call, a CDEvent or this portal's own environments. Facts: they merge like webhooks. */
export const reportedDeployments = pgTable(
  "reported_deployments",
  {
    entityRef: text("entity_ref").notNull(),
    source: text("source", { enum: ["api", "cdevents", "environment"] }).notNull(),
    key: sortableText("key").notNull(),
    environment: text("environment").notNull(),
    tier: text("tier").notNull(),
    repositorySlug: text("repository_slug"),
    sha: text("sha"),
    version: text("version"),
    url: text("url"),
    createdAt: moment("created_at").notNull(),
    succeededAt: moment("succeeded_at"),
    failedAt: moment("failed_at"),
    lastFailedAt: moment("last_failed_at"),
    asOf: moment("as_of").notNull(),
    asOfGuid: sortableText("as_of_guid").notNull(),
  },
  (table) => [primaryKey({ columns: [table.entityRef, table.source, table.key] })],
);

/** Incidents told by a pager, an alert, a call or the portal's own button. Facts: they merge like webhooks. */
export const reportedIncidents = pgTable(
  "reported_incidents",
  {
    source: text("source", {
      enum: ["portal", "api", "pagerduty", "opsgenie", "alertmanager", "cdevents"],
    }).notNull(),
    key: sortableText("key").notNull(),
    /** The services that it is about; empty while none was found, or nobody has said which. */
    entityRefs: text("entity_refs").array().notNull(),
    /** By which its services are looked for: `ref:…`, `service:<name>`, `pagerduty:<id>`, `project:<owner/name>`. */
    hints: text("hints").array().notNull().default(sql`'{}'`),
    title: text("title").notNull(),
    severity: text("severity"),
    url: text("url"),
    /** The deployment that it names, by commit or by the source's key. */
    namedSha: text("named_sha"),
    namedKey: text("named_key"),
    openedAt: moment("opened_at").notNull(),
    resolvedAt: moment("resolved_at"),
    asOf: moment("as_of").notNull(),
    asOfGuid: sortableText("as_of_guid").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.source, table.key] }),
    index("reported_incidents_refs_idx").using("gin", table.entityRefs),
    index("reported_incidents_unmatched_idx").on(table.openedAt).where(sql`${table.entityRefs} = '{}'`),
  ],
);
