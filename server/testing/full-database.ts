import { randomBytes, randomUUID } from "node:crypto";
import { entityProblems, locations } from "#db/schema/catalog.ts";
import { auditChecks, auditSinks, connections, rateLimits } from "#db/schema/core.ts";
import {
  commits,
  incidents,
  pullRequestReviews,
  pullRequests,
  pushes,
  releases,
  repositories,
  workflowRuns,
} from "#db/schema/delivery.ts";
import { webhookDeliveries } from "#db/schema/github.ts";
import {
  accounts,
  groupRoles,
  ownershipReviews,
  scimGroups,
  scimMembers,
  scimUsers,
  serviceAccounts,
  signInAttempts,
  signInLinks,
  teamMaintainers,
  users,
} from "#db/schema/identity.ts";
import type { Db } from "#db/types.ts";
import { sha256 } from "#server/core/crypto.ts";
import { enqueue } from "#server/core/jobs.ts";
import { interpretInboxJob } from "#server/github/wake-inbox.ts";
import { as } from "./database.ts";
import { makeWorld, type World } from "./world.ts";

/** Text that a careless reader or writer of text formats would change. */
export const awkward = "tab\t line\nfeed \\ backslash \\N \\. quote\"' \u2028 ž 🐙 end\r";

const day = 86_400_000;

/**
 * A row in every table there is: through verbs where one makes it, by hand where its verb needs an outside. A webhook
 * is larger than a piece of a backup, texts hold what text formats trip over, and a job waits.
 */
export async function fillDatabase(db: Db): Promise<World> {
  const world = await makeWorld(db);
  const [user] = await db.select({ id: users.id }).from(users).limit(1);
  const userId = user?.id ?? "";
  await fillIdentity(db, userId);
  await fillDelivery(db);
  const [location] = await db.select({ id: locations.id }).from(locations).limit(1);
  await db
    .insert(entityProblems)
    .values({ locationId: location?.id ?? "", severity: "warning", message: awkward });
  const body = randomBytes(9_000_000);
  await db.insert(webhookDeliveries).values({
    hookKey: "hook:1",
    guid: randomUUID(),
    event: "large",
    body,
    bodySha256: sha256(body),
    bodySize: body.byteLength,
    headers: { "x-awkward": awkward },
    state: "ignored",
    reason: awkward,
    receivedAt: new Date(),
  });
  await db.insert(rateLimits).values({ key: "somebody", count: 1, endsAt: new Date(Date.now() + day) });
  await enqueue(as(db), interpretInboxJob, {}, { startAfterSeconds: 3600 });
  return world;
}

async function fillIdentity(db: Db, userId: string): Promise<void> {
  const [signIn, scim, sink] = await db
    .insert(connections)
    .values([
      { kind: "sign-in", name: awkward, settings: { issuer: "https://id.example.com", awkward } },
      { kind: "scim", name: "Filled SCIM" },
      { kind: "audit-sink", name: "Filled sink" },
    ])
    .returning({ id: connections.id });
  const connectionId = scim?.id ?? "";
  await db.insert(accounts).values({
    userId,
    connectionId: signIn?.id ?? null,
    issuer: "https://id.example.com",
    subject: "1",
    name: awkward,
    groupNames: ["a,b", awkward, "{}", ""],
    claims: { nested: [awkward, null, 1.5, 1e21] },
  });
  await db.insert(signInAttempts).values({
    stateHash: sha256("state"),
    browserHash: sha256("browser"),
    purpose: "sign-in",
    sealed: Buffer.from([0]),
    expiresAt: new Date(0),
  });
  await db
    .insert(signInLinks)
    .values({ tokenHash: sha256("link"), userId, expiresAt: new Date(Date.now() + day) });
  const by = { createdByName: "A test" };
  await db.insert(groupRoles).values({ source: "claim", groupName: awkward, role: "admin", ...by });
  await db.insert(teamMaintainers).values({ groupRef: "group:default/ours", userId, ...by });
  await db.insert(ownershipReviews).values({
    entityRef: "component:default/our-service",
    formerOwnerRef: "user:default/gone",
    formerOwnerName: awkward,
  });
  await db.insert(serviceAccounts).values({ name: "Filled robot", role: "developer", ...by });
  const member = randomUUID();
  const group = randomUUID();
  await db.insert(scimUsers).values({ id: member, connectionId, userName: "Ana", document: {}, userId });
  await db.insert(scimGroups).values({ id: group, connectionId, displayName: "Ours", document: {} });
  await db.insert(scimMembers).values({ groupId: group, userId: member });
  await db.insert(auditSinks).values({ connectionId: sink?.id ?? "" });
  await db
    .insert(auditChecks)
    .values({ result: { note: awkward } })
    .onConflictDoNothing();
}

async function fillDelivery(db: Db): Promise<void> {
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
}
