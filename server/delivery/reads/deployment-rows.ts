import { type SQL, sql } from "drizzle-orm";
import type { DeploymentKind, DeploymentRow, Outcome, Tier } from "#server/delivery/model.ts";

/** A deployment as a raw query gives it: times are text, since the query does not go through the table's columns. */
export type RawDeployment = {
  repository_id: string;
  number: string;
  repository: string;
  repository_url: string | null;
  environment: string;
  tier: Tier;
  sha: string;
  ref: string;
  task: string;
  at: string;
  created_at: string;
  succeeded_at: string | null;
  failed_at: string | null;
  last_failed_at: string | null;
  outcome: Outcome;
  kind: DeploymentKind | null;
  commit_title: string | null;
  is_demo: boolean;
};

/** What `deploymentColumns` needs beside the deployment `d`: repository, title of the commit, the one before it. */
export const deploymentJoins: SQL = sql`
  join repositories r on r.id = d.repository_id
  left join commits c on c.repository_id = d.repository_id and c.sha = d.sha
  left join lateral (
    select b.sha from deployments b
    where b.repository_id = d.repository_id and b.environment = d.environment and b.task = d.task
      and b.succeeded_at is not null and (b.succeeded_at, b.number) < (d.succeeded_at, d.number)
    order by b.succeeded_at desc, b.number desc limit 1
  ) before on true`;

/** Commits of a deployment that once ran before, though not directly before: somebody went back. */
const ranBefore = sql`exists (
  select 1 from deployments b
  where b.repository_id = d.repository_id and b.environment = d.environment and b.task = d.task and b.sha = d.sha
    and b.succeeded_at is not null and (b.succeeded_at, b.number) < (d.succeeded_at, d.number))`;

export const deploymentColumns: SQL = sql`
  d.repository_id, d.number, d.environment, d.tier, d.sha, d.ref, d.task, d.at, d.created_at, d.succeeded_at,
  d.failed_at, d.last_failed_at, d.outcome, r.full_name as repository, r.url as repository_url, r.is_demo,
  nullif(c.title, '') as commit_title,
  case
    when d.succeeded_at is null then null
    when before.sha is null then 'first'
    when before.sha = d.sha then 'redeploy'
    when ${ranBefore} then 'rollback'
    else 'forward'
  end as kind`;

export const writeDeploymentId = (repositoryId: string, number: string | number): string =>
  `${repositoryId}:${number}`;

/** Null for what is no id of a deployment. */
export function readDeploymentId(id: string): { repositoryId: string; number: number } | null {
  const parts = /^(.+):(\d{1,16})$/s.exec(id);
  const number = Number(parts?.[2]);
  if (!parts?.[1] || id.includes("\u0000") || !Number.isSafeInteger(number)) return null;
  return { repositoryId: parts[1], number };
}

const date = (text: string | null): Date | null => (text === null ? null : new Date(text));

export function toDeploymentRow(raw: RawDeployment): DeploymentRow {
  const succeededAt = date(raw.succeeded_at);
  const lastFailedAt = date(raw.last_failed_at);
  return {
    id: writeDeploymentId(raw.repository_id, raw.number),
    repository: raw.repository,
    environment: raw.environment,
    tier: raw.tier,
    sha: raw.sha,
    ref: raw.ref,
    task: raw.task,
    at: new Date(raw.at),
    createdAt: new Date(raw.created_at),
    succeededAt,
    failedAt: date(raw.failed_at),
    brokeAt: succeededAt && lastFailedAt && lastFailedAt > succeededAt ? lastFailedAt : null,
    outcome: raw.outcome,
    kind: raw.kind,
    commitTitle: raw.commit_title,
    url: webAddress(raw, `/commit/${raw.sha}`),
    isDemo: raw.is_demo,
  };
}

/** A page of the repository; null for the demo organisation, which exists nowhere. */
export function webAddress(
  repository: { repository_url: string | null; is_demo: boolean },
  path: string,
): string | null {
  return repository.repository_url && !repository.is_demo
    ? `${repository.repository_url.replace(/\/$/, "")}${path}`
    : null;
}
