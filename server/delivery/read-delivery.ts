import { z } from "zod";
import { isFollowed } from "#server/github/followers.ts";
import type { ReadableDelivery, Reading } from "#server/github/interpreter.ts";
import type { DeliveryFacts } from "./facts.ts";
import { shapeWords } from "./shape-words.ts";
import { repositoryFact, repositoryPart } from "./webhooks/payload-parts.ts";
import {
  DeploymentPayload,
  DeploymentStatusPayload,
  readDeployment,
  readDeploymentStatus,
} from "./webhooks/read-deployment.ts";
import { IssuePayload, readIssue } from "./webhooks/read-issue.ts";
import {
  PullRequestPayload,
  ReviewPayload,
  readPullRequest,
  readReview,
} from "./webhooks/read-pull-request.ts";
import { PushPayload, readPush } from "./webhooks/read-push.ts";
import { RepositoryPayload, readRepository } from "./webhooks/read-repository.ts";
import { ReleasePayload, readRelease, readWorkflowRun, WorkflowRunPayload } from "./webhooks/read-run.ts";

type Reader = (delivery: ReadableDelivery) => Reading<DeliveryFacts>;

/** Checks the payload against what its event has, then reads it. A reader's null means: nothing that we need. */
function reader<Schema extends z.ZodType>(
  schema: Schema,
  read: (payload: z.infer<Schema>, delivery: ReadableDelivery) => DeliveryFacts | null,
  notNeeded = "Nothing in it is needed",
): Reader {
  return (delivery) => {
    const parsed = schema.safeParse(delivery.payload);
    if (!parsed.success) return { state: "unreadable", reason: sentenceFor(delivery, parsed.error) };
    const facts = read(parsed.data, delivery);
    if (!facts) return { state: "ignored", reason: notNeeded };
    const ahead = readAhead(facts, delivery);
    return ahead ? { state: "unreadable", reason: ahead } : { state: "done", facts };
  };
}

const sentenceFor = ({ event, payload }: ReadableDelivery, error: z.ZodError): string =>
  `Not of the shape that "${event}" has: ${shapeWords(error, payload)}`.slice(0, 300);

/** Further ahead than this no clock goes by accident: that of the host or ours is wrong. */
const mostAheadMs = 86_400_000;

/**
 * Says what happens later than it is told, by over a day: it would stand before everything that follows. Judged by the
 * moment of reading, so that once the clock is right a replay takes it in. When somebody wrote a commit is their own
 * computer's word, which figures clamp.
 */
function readAhead(facts: DeliveryFacts, { receivedAt, readAt }: ReadableDelivery): string | null {
  if (!readAt) return null;
  const limit = Math.max(receivedAt.getTime(), readAt.getTime()) + mostAheadMs;
  const ahead = momentsOf(facts).find((moment) => moment && moment.getTime() > limit);
  return ahead
    ? `It happens at ${ahead.toISOString()}, over a day ahead of the portal's clock: set the wrong clock right, then replay it`
    : null;
}

function momentsOf({ repository, ...facts }: DeliveryFacts): (Date | null | undefined)[] {
  return [
    repository.asOf,
    ...(facts.deployments ?? []).flatMap((one) => [
      one.createdAt,
      one.startedAt,
      one.succeededAt,
      one.failedAt,
    ]),
    ...(facts.pullRequests ?? []).flatMap((one) => [one.openedAt, one.mergedAt, one.closedAt]),
    ...(facts.reviews ?? []).map(({ submittedAt }) => submittedAt),
    ...(facts.incidents ?? []).flatMap((one) => [one.openedAt, one.closedAt]),
    ...(facts.workflowRuns ?? []).map(({ startedAt }) => startedAt),
    ...(facts.releases ?? []).map(({ publishedAt }) => publishedAt),
    ...(facts.turns ?? []).map(({ at }) => at),
  ];
}

const followedOnly = "No deployment, change or incident: the catalog looks at what it tells of";

/** GitHub's first word after a hook was made. Of a repository's own hook it also says since when it is watched. */
const PingPayload = z.object({ repository: repositoryPart.nullish() });

const readers: Readonly<Record<string, Reader>> = {
  push: reader(PushPayload, readPush),
  pull_request: reader(PullRequestPayload, readPullRequest),
  pull_request_review: reader(ReviewPayload, readReview),
  deployment: reader(DeploymentPayload, readDeployment),
  deployment_status: reader(DeploymentStatusPayload, readDeploymentStatus),
  issues: reader(IssuePayload, readIssue, 'An issue without the label "incident"'),
  workflow_run: reader(WorkflowRunPayload, readWorkflowRun),
  release: reader(ReleasePayload, readRelease),
  repository: reader(RepositoryPayload, readRepository, followedOnly),
  ping: reader(
    PingPayload,
    ({ repository }, delivery) =>
      repository ? { repository: repositoryFact(repository, delivery, delivery.receivedAt) } : null,
    "The hook reaches the portal; there is nothing else in it",
  ),
};

/** What a webhook says about deployments, changes, incidents and CI runs. Pure; never throws for what a sender sent. */
export function readDelivery(delivery: ReadableDelivery): Reading<DeliveryFacts> {
  const read = Object.hasOwn(readers, delivery.event) ? readers[delivery.event] : undefined;
  if (!read)
    return {
      state: "ignored",
      reason: isFollowed(delivery.event)
        ? followedOnly
        : `Nothing in the portal uses the event "${delivery.event}"`,
    };
  return read(delivery);
}
