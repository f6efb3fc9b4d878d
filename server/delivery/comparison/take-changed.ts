import { sql } from "drizzle-orm";
import type { HostIssue, HostPullRequest, SourceHost } from "#server/connections/source-host.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import {
  hostRepositoryFact,
  keyOf,
  type Repository,
  readHostDeployment,
  repositoryPayload,
} from "../back-fill/host-facts.ts";
import type { DeliveryFacts } from "../facts.ts";
import { completeHistory } from "../history/complete-history.ts";
import { deliveryInterpreter } from "../interpreter.ts";
import { readDelivery } from "../read-delivery.ts";
import type { Compared } from "./compare-repositories.ts";

/** States of a deployment come for some time after it began. */
const openDaysMs = 2 * 86_400_000;
export const incidentLabel = "incident";

/** Takes in deployments that are not here, or whose end is not; where webhooks are missing, the states of all of them. */
export async function takeDeployments(
  ctx: Ctx,
  host: SourceHost,
  repository: Compared,
  since: Date,
): Promise<number> {
  const known = repository.missingFrom ? new Set<string>() : await readEnded(ctx, repository);
  let found = 0;
  for await (const page of host.listDeployments(repository.fullName, new Date(since.getTime() - openDaysMs)))
    for (const deployment of page) {
      if (known.has(deployment.id)) continue;
      const statuses = await host.listDeploymentStatuses(repository.fullName, deployment.id);
      const facts = readHostDeployment(repository, deployment, statuses, since);
      const before = await readDeployment(ctx, repository, deployment.id);
      await write(ctx, facts);
      const after = await readDeployment(ctx, repository, deployment.id);
      if (before !== after) found += 1;
    }
  return found;
}

async function readEnded(ctx: Ctx, repository: Compared): Promise<Set<string>> {
  const rows = await ctx.db.execute<{ number: string }>(sql`
    select number from deployments where repository_id = ${keyOf(repository)}
      and (succeeded_at is not null or failed_at is not null)`);
  return new Set(rows.map(({ number }) => String(number)));
}

/** What figures depend on, as one text; null where it is not here. */
async function readDeployment(ctx: Ctx, repository: Compared, id: string): Promise<string | null> {
  const [row] = await ctx.db.execute<{ text: string }>(sql`
    select concat_ws(' ', created_at, 'S', succeeded_at, 'F', failed_at, last_failed_at) as text from deployments
    where repository_id = ${keyOf(repository)} and number = ${id}::bigint`);
  return row?.text ?? null;
}

/** Takes in commits that deployments lead to and whose parents are not known. */
export const takeCommits = (ctx: Ctx, host: SourceHost, repository: Compared, since: Date): Promise<number> =>
  completeHistory(ctx, host, hostRepositoryFact(repository, since));

/** Takes in pull requests that changed after what is here. */
export async function takePullRequests(
  ctx: Ctx,
  host: SourceHost,
  repository: Compared,
  since: Date,
): Promise<number> {
  let found = 0;
  for await (const page of host.listPullRequests(repository.fullName, since))
    found += await takePage(ctx, repository, page, pullRequestList);
  return found;
}

/** Takes in issues with the label "incident" that changed after what is here. */
export async function takeIncidents(
  ctx: Ctx,
  host: SourceHost,
  repository: Compared,
  since: Date,
): Promise<number> {
  let found = 0;
  for await (const page of host.listIssues(repository.fullName, incidentLabel, since))
    found += await takePage(ctx, repository, page, incidentList);
  return found;
}

async function takePage<Item extends Listed>(
  ctx: Ctx,
  repository: Compared,
  page: readonly Item[],
  list: ReadList<Item>,
): Promise<number> {
  const facts = await readNewer(ctx, repository, page, list);
  await write(ctx, facts);
  return facts.length;
}

type Listed = { number: number; updatedAt: Date };
type ReadList<Item> = {
  table: "pull_requests" | "incidents";
  toWebhook: (item: Item) => { event: string; payload: object };
};

export const pullRequestList: ReadList<HostPullRequest> = {
  table: "pull_requests",
  toWebhook: (pull) => ({
    event: "pull_request",
    payload: { action: "edited", pull_request: pullRequestPayload(pull) },
  }),
};
export const incidentList: ReadList<HostIssue> = {
  table: "incidents",
  toWebhook: (issue) => ({ event: "issues", payload: { action: "edited", issue: issuePayload(issue) } }),
};

/** What a page of a host's list says that is newer than what is here, as webhooks would have told it. */
export async function readNewer<Item extends Listed>(
  ctx: Ctx,
  repository: Repository,
  page: readonly Item[],
  { table, toWebhook }: ReadList<Item>,
): Promise<DeliveryFacts[]> {
  const rows = await ctx.db.execute<{ number: number; at: string | Date }>(sql`
    select number, as_of as at from ${sql.identifier(table)} where repository_id = ${keyOf(repository)}
      and number = any(${sql.param(page.map(({ number }) => number))}::int[])`);
  const known = new Map(rows.map(({ number, at }) => [Number(number), new Date(at)]));
  const newer = page.filter(({ number, updatedAt }) => {
    const at = known.get(number);
    return !at || at < updatedAt;
  });
  return newer.flatMap((item) => {
    const { event, payload } = toWebhook(item);
    const reading = readDelivery({
      guid: "0",
      event,
      receivedAt: ctx.now(),
      isDemo: false,
      payload: { ...payload, repository: repositoryPayload(repository) },
    });
    return reading.state === "done" ? [reading.facts] : [];
  });
}

/** In the way of webhooks, with all that follows from them. */
async function write(ctx: Ctx, facts: readonly DeliveryFacts[]): Promise<void> {
  if (facts.length > 0) await inTransaction(ctx, (tx) => deliveryInterpreter.write(tx, facts));
}

const pullRequestPayload = (pull: HostPullRequest) => ({
  number: pull.number,
  title: pull.title,
  state: pull.state === "open" ? "open" : "closed",
  draft: pull.isDraft,
  base: { ref: pull.baseBranch },
  head: { ref: pull.headBranch, sha: pull.headSha },
  labels: pull.labels.map((name) => ({ name })),
  created_at: pull.createdAt.toISOString(),
  updated_at: pull.updatedAt.toISOString(),
  closed_at: pull.closedAt?.toISOString() ?? null,
  merged_at: pull.mergedAt?.toISOString() ?? null,
  merge_commit_sha: pull.mergeSha,
});

const issuePayload = (issue: HostIssue) => ({
  number: issue.number,
  title: issue.title,
  body: issue.body,
  labels: issue.labels.map((name) => ({ name })),
  created_at: issue.createdAt.toISOString(),
  updated_at: issue.updatedAt.toISOString(),
  closed_at: issue.closedAt?.toISOString() ?? null,
});
