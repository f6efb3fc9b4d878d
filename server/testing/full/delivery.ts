import {
  commits,
  historyBoundaries,
  incidents,
  pullRequestReviews,
  pullRequests,
  pushes,
  releases,
  repositories,
  repositoryNames,
  repositoryTurns,
  tags,
  workflowRuns,
} from "#db/schema/delivery.ts";
import {
  deliveryDecisions,
  deliveryServices,
  deploymentChanges,
  deploymentFailures,
  observedPeriods,
  serviceCommits,
  serviceDeployments,
} from "#db/schema/delivery-figures.ts";
import { reportedDeployments, reportedIncidents } from "#db/schema/delivery-reported.ts";
import type { Db } from "#db/types.ts";
import { awkward } from "./awkward.ts";

export async function fillDelivery(db: Db): Promise<void> {
  const stamp = { asOf: new Date("2026-01-02T03:04:05.678Z"), asOfGuid: "g" };
  const repositoryId = "github.com:77";
  const at = stamp.asOf;
  await db.insert(repositories).values({
    id: repositoryId,
    fullName: "acme/filled",
    slug: "acme/filled",
    defaultBranch: "main",
    observedSince: at,
    isDemo: false,
    ...stamp,
  });
  await db.insert(repositoryNames).values({
    ...{ repositoryId, slug: "acme/was-filled" },
    ...{ firstAt: at, lastAt: at, isFormer: true },
  });
  await db.insert(repositoryTurns).values({ repositoryId, at, turn: "archived" });
  const shared = { repositoryId, ...stamp };
  await db.insert(pushes).values({
    ...shared,
    ref: "refs/heads/main",
    beforeSha: "a",
    afterSha: "b",
    isForced: false,
    commits: ["b"],
    pushedAt: at,
  });
  await db.insert(commits).values({ ...shared, sha: "b", title: awkward, authoredAt: at, paths: [awkward] });
  await db.insert(pullRequests).values({
    ...shared,
    number: 1,
    title: awkward,
    state: "closed",
    isDraft: false,
    baseRef: "main",
    headRef: "topic",
    headSha: "b",
    labels: [],
    openedAt: at,
  });
  await db
    .insert(pullRequestReviews)
    .values({ ...shared, number: 2 ** 45, pullRequest: 1, state: "approved" });
  await db.insert(incidents).values({
    ...shared,
    number: 2,
    title: awkward,
    services: [],
    openedAt: at,
    isIncident: true,
  });
  await db.insert(workflowRuns).values({
    ...shared,
    number: 3,
    attempt: 1,
    workflow: "ci",
    event: "push",
    sha: "b",
    status: "completed",
    startedAt: at,
  });
  await db.insert(releases).values({ ...shared, number: 4, tag: "v1", isDraft: false, isPrerelease: false });
  await db.insert(tags).values({ ...shared, name: "v1", sha: "b", taggedAt: at });
  await db.insert(historyBoundaries).values({ repositoryId, sha: "a" });
  await fillFigures(db, at);
}

/** A service with a deployment, what it brought, that it failed, and what somebody said of it. */
async function fillFigures(db: Db, at: Date): Promise<void> {
  const [service] = await db
    .insert(deliveryServices)
    .values({ entityRef: "component:default/filled", source: "tag", settings: { tagPattern: awkward } })
    .returning({ id: deliveryServices.id });
  const serviceId = service?.id ?? "";
  const [deployment] = await db
    .insert(serviceDeployments)
    .values({
      serviceId,
      tier: "production",
      source: "tag",
      sourceKey: awkward,
      environment: "production",
      sha: "b",
      createdAt: at,
      succeededAt: at,
      kind: "forward",
      attribution: "unknown",
      attributionNote: awkward,
      missingShas: ["a"],
      parts: [{ environment: awkward, key: "1", succeededAt: null }],
      definition: 1,
    })
    .returning({ id: serviceDeployments.id });
  const deploymentId = deployment?.id ?? 0;
  await db.insert(serviceCommits).values({
    serviceId,
    tier: "production",
    sha: "b",
    deploymentId,
    isCounted: true,
    leadSeconds: 0.1,
  });
  await db.insert(deploymentChanges).values({
    deploymentId,
    key: "commit:b",
    serviceId,
    tier: "production",
    deployedAt: at,
    sha: "b",
    startedAt: at,
    startedBy: "commit",
    leadSeconds: 0.1,
  });
  await db.insert(deploymentFailures).values({
    deploymentId,
    serviceId,
    signal: "revert",
    signalKey: "c",
    confidence: "suggested",
    seenAt: at,
    evidence: { words: awkward },
  });
  await db.insert(deliveryDecisions).values({
    serviceId,
    source: "tag",
    sourceKey: awkward,
    decision: "note",
    reason: awkward,
    actorName: awkward,
    at,
  });
  await db.insert(reportedDeployments).values({
    entityRef: "component:default/filled",
    source: "api",
    key: awkward,
    environment: "production",
    tier: "production",
    createdAt: at,
    asOf: at,
    asOfGuid: "g",
  });
  await db.insert(reportedIncidents).values({
    source: "api",
    key: awkward,
    entityRefs: ["component:default/filled"],
    title: awkward,
    openedAt: at,
    asOf: at,
    asOfGuid: "g",
  });
  await db.insert(observedPeriods).values({ subject: "g", what: "deployments", from: at, reason: awkward });
}
