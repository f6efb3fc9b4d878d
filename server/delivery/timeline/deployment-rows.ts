import { type SQL, sql } from "drizzle-orm";
import type { ChainKind, Outcome, Tier } from "#server/delivery/model.ts";
import type { TimelineDeployment } from "./model.ts";

export type RawTimelineDeployment = {
  id: string;
  at: string;
  ref: string;
  name: string;
  environment: string;
  regions: string[] | null;
  tier: Tier;
  sha: string | null;
  outcome: Outcome;
  kind: ChainKind | null;
  brokeAt: string | null;
  changes: number | null;
  title: string | null;
  isExcluded: boolean;
};

/** Columns of a deployment `d` of a service `v`, whose Component is `e`, with its commit `c`. */
export const timelineColumns: SQL = sql`
  d.id, d.at, v.entity_ref as ref, coalesce(e.title, e.name) as name, d.environment,
  (select array_agg(distinct x ->> 'environment') from jsonb_array_elements(d.parts) as x) as regions,
  d.tier, d.sha, d.outcome, d.kind, d.broke_at as "brokeAt",
  case when d.attribution = 'complete' then d.change_count end as changes, c.title, d.is_excluded as "isExcluded"`;

export const timelineJoins: SQL = sql`
  join delivery_services v on v.id = d.service_id
  join entities e on e.ref = v.entity_ref
  left join commits c on c.repository_id = d.repository_id and c.sha = d.sha`;

export const toTimelineDeployment = (row: RawTimelineDeployment): TimelineDeployment => ({
  id: Number(row.id),
  at: new Date(row.at),
  ref: row.ref,
  name: row.name,
  environment: row.environment,
  regions: row.regions ?? [],
  tier: row.tier,
  sha: row.sha,
  outcome: row.outcome,
  kind: row.kind,
  brokeAt: row.brokeAt ? new Date(row.brokeAt) : null,
  changes: row.changes,
  title: row.title,
  isExcluded: row.isExcluded,
});
