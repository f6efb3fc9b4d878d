import { z } from "zod";
import { isFollowed } from "#server/github/followers.ts";
import type { ReadableDelivery, Reading } from "#server/github/interpreter.ts";
import type { DeliveryFacts } from "./facts.ts";
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
    if (!parsed.success) return { state: "unreadable", reason: sentenceFor(delivery.event, parsed.error) };
    const facts = read(parsed.data, delivery);
    return facts ? { state: "done", facts } : { state: "ignored", reason: notNeeded };
  };
}

function sentenceFor(event: string, error: z.ZodError): string {
  const issue = error.issues[0];
  const field = issue?.path.join(".") || "the body";
  return `Not of the shape that "${event}" has: ${field}: ${issue?.message ?? "unknown"}`.slice(0, 300);
}

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
        ? "No deployment, change or incident: the catalogue looks at what it tells of"
        : `Nothing in the portal uses the event "${delivery.event}"`,
    };
  return read(delivery);
}
