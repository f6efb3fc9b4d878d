import { type SQL, sql } from "drizzle-orm";
import type { DeploymentRow } from "#server/delivery/model.ts";
import {
  type RawTimelineDeployment,
  timelineColumns,
  timelineJoins,
  toTimelineDeployment,
} from "#server/delivery/timeline/deployment-rows.ts";
import { webAddress } from "./web-address.ts";

/** A deployment as a raw query gives it: times are text, since the query does not go through the table's columns. */
export type RawDeployment = RawTimelineDeployment & {
  version: string | null;
  source: DeploymentRow["source"];
  sourceKey: string;
  createdAt: string;
  succeededAt: string | null;
  failedAt: string | null;
  repository: string | null;
  repository_url: string | null;
  is_demo: boolean | null;
  reportedUrl: string | null;
};

/** Of a deployment `d` that was placed for its service, with `deploymentJoins`. */
export const deploymentColumns: SQL = sql`
  ${timelineColumns}, d.ref as version, d.source, d.source_key as "sourceKey", d.created_at as "createdAt",
  d.succeeded_at as "succeededAt", d.failed_at as "failedAt", r.full_name as repository, r.url as repository_url, r.is_demo,
  case when d.source = 'reported' then (
    select t.url from reported_deployments t where t.entity_ref = v.entity_ref and t.source || ':' || t.key = d.source_key limit 1
  ) end as "reportedUrl"`;

export const deploymentJoins: SQL = sql`${timelineJoins} left join repositories r on r.id = d.repository_id`;

const date = (text: string | null): Date | null => (text === null ? null : new Date(text));

export function toDeploymentRow(raw: RawDeployment): DeploymentRow {
  const { repository_url: _, is_demo: isDemo, reportedUrl: __, sourceKey: ___, ...row } = raw;
  return {
    ...row,
    ...toTimelineDeployment(raw),
    createdAt: new Date(raw.createdAt),
    succeededAt: date(raw.succeededAt),
    failedAt: date(raw.failedAt),
    url: evidenceAddress(raw),
    isDemo: isDemo ?? false,
  };
}

/** Where the source itself shows it; else its commit. Null where the portal knows no address. */
function evidenceAddress(raw: RawDeployment): string | null {
  if (raw.reportedUrl && /^https?:\/\//i.test(raw.reportedUrl)) return raw.reportedUrl;
  if (raw.repository_url === null) return null;
  const number = raw.sourceKey.split("#").at(-1);
  const paths: Partial<Record<DeploymentRow["source"], string>> = {
    workflow: `/actions/runs/${number}`,
    merge: `/pull/${number}`,
    release: `/releases/tag/${encodeURIComponent(raw.version ?? "")}`,
    tag: `/releases/tag/${encodeURIComponent(raw.version ?? "")}`,
  };
  const path = paths[raw.source] ?? (raw.sha ? `/commit/${raw.sha}` : null);
  return path && webAddress({ repository_url: raw.repository_url, is_demo: raw.is_demo ?? false }, path);
}
