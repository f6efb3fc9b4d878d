import { type SQL, sql } from "drizzle-orm";
import { reportedDeployments, reportedIncidents } from "#db/schema/delivery-reported.ts";
import type { Ctx } from "#server/core/context.ts";
import { type MergePlan, mergeRows } from "#server/delivery/merge-rows.ts";
import { markRefsDue } from "#server/delivery/projection/mark-services-due.ts";
import { findServices } from "./find-services.ts";

export type DeploymentFact = Omit<typeof reportedDeployments.$inferInsert, "lastFailedAt">;
export type IncidentFact = Omit<typeof reportedIncidents.$inferInsert, "entityRefs"> & { hints: string[] };

/** What one call says never contradicts another of the same key (`report-deployment.ts`); where it did, the order would not matter. */
const deploymentPlan: MergePlan<typeof reportedDeployments> = {
  table: reportedDeployments,
  key: ["entityRef", "source", "key"],
  rules: {
    environment: "earliest",
    repositorySlug: "earliest",
    sha: "earliest",
    version: "earliest",
    url: "earliest",
    createdAt: "earliest",
    succeededAt: "earliest",
    failedAt: "earliest",
    lastFailedAt: "last",
  },
};

/** A pager may open an incident again: then its latest word counts. By a call it ends once, and a new one has a new key. */
const incidentPlan = (endsOnce: boolean): MergePlan<typeof reportedIncidents> => ({
  table: reportedIncidents,
  key: ["source", "key"],
  rules: {
    entityRefs: "union",
    hints: "union",
    namedSha: "earliest",
    namedKey: "earliest",
    openedAt: "earliest",
    resolvedAt: endsOnce ? "earliest" : "latest",
  },
});

/** Writes what was told of deployments, in any order and however often, and has the services worked out from there on. */
export async function mergeDeployments(tx: Ctx, facts: readonly DeploymentFact[]): Promise<void> {
  if (facts.length === 0) return;
  await mergeRows(
    tx,
    deploymentPlan,
    facts.map((fact) => ({ ...fact, lastFailedAt: fact.failedAt ?? null })),
  );
  for (const [entityRef, told] of Map.groupBy(facts, (fact) => fact.entityRef)) {
    const keys = told.map(({ key }) => key);
    const [row] = await tx.db.execute<{ first: string }>(sql`
      select min(created_at) as first from reported_deployments
      where entity_ref = ${entityRef} and key = any(${sql.param(keys)}::text[])`);
    const first = row ? new Date(row.first) : tx.now();
    await noteObserved(tx, [entityRef], "deployments", first);
    await markRefsDue(tx, [entityRef], first);
  }
}

/** The same for incidents. Those whose service nobody knows are kept, until a Component names them or somebody says whose. */
export async function mergeIncidents(tx: Ctx, facts: readonly IncidentFact[]): Promise<void> {
  if (facts.length === 0) return;
  const services = await findServices(
    tx,
    facts.flatMap(({ hints }) => hints),
  );
  const rows = facts.map((fact) => ({
    ...fact,
    hints: [...new Set(fact.hints)].sort(),
    entityRefs: [...new Set(fact.hints.flatMap((hint) => services.get(hint) ?? []))].sort(),
  }));
  const endsOnce = (source: string) => source === "api" || source === "cdevents";
  for (const once of [true, false])
    await mergeRows(
      tx,
      incidentPlan(once),
      rows.filter(({ source }) => endsOnce(source) === once),
    );
  await incidentsChanged(
    tx,
    facts.map(({ source, key }) => ({ source, key })),
  );
}

/** Has the services of these incidents worked out again, from the day before on: a deployment of it may be the guilty one. */
export async function incidentsChanged(
  tx: Ctx,
  incidents: readonly { source: string; key: string }[],
): Promise<void> {
  const rows = await tx.db.execute<{ ref: string; first: string }>(sql`
    select ref, min(i.opened_at) as first
    from jsonb_to_recordset(${JSON.stringify(incidents)}::jsonb) as k(source text, key text)
    join reported_incidents i on i.source = k.source and i.key = k.key
    cross join lateral unnest(i.entity_refs) as ref
    group by ref order by ref`);
  for (const { ref, first } of rows) {
    await noteObserved(tx, [ref], "incidents", new Date(first));
    await markRefsDue(tx, [ref], new Date(first));
  }
}

/** From the first thing that was told on, none is a zero; before, it is not known. An earlier one moves the beginning. */
async function noteObserved(
  tx: Ctx,
  refs: readonly string[],
  what: "deployments" | "incidents",
  from: Date,
): Promise<void> {
  const since: SQL = sql`${from.toISOString()}::timestamptz`;
  for (const ref of refs) {
    const [known] = await tx.db.execute(sql`
      update observed_periods o set from_at = least(o.from_at, ${since})
      where o.id = (
        select p.id from observed_periods p where p.subject = ${ref} and p.what = ${what} order by p.from_at limit 1)
      returning o.id`);
    if (!known)
      await tx.db.execute(sql`
        insert into observed_periods (subject, what, from_at, reason) values (${ref}, ${what}, ${since}, 'Reported')`);
  }
}
