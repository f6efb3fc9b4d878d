import { randomBytes, randomUUID } from "node:crypto";
import { cardAnswers, cards } from "#db/schema/cards.ts";
import { entityProblems, locations, sourceReadingRules } from "#db/schema/catalog.ts";
import { locationPreviews } from "#db/schema/catalog-api.ts";
import {
  appManifests,
  conditionalAnswers,
  connectionBudgets,
  connectionHealth,
  connectionInstallations,
  repositoryReaders,
  sourceRepositories,
} from "#db/schema/connections.ts";
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
import { docsVotes } from "#db/schema/docs.ts";
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
import { searchMisses, searchPicks, searchSynonyms } from "#db/schema/search.ts";
import { catalogueCommits, entityConfirmations, entityTrust, repositoryTeams } from "#db/schema/trust.ts";
import type { Db } from "#db/types.ts";
import { sha256 } from "#server/core/crypto.ts";
import { enqueue } from "#server/core/jobs.ts";
import { interpretInboxJob } from "#server/github/wake-inbox.ts";
import { as } from "./database.ts";
import { fillDiscovered } from "./discovered.ts";
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
  await fillTrust(db);
  await fillSearch(db);
  await fillDiscovered(as(db), awkward);
  await db.insert(docsVotes).values({
    entityRef: world.ours,
    path: "",
    userId,
    isUseful: false,
    comment: awkward,
    votedAt: new Date(),
  });
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
  await db.insert(locationPreviews).values({
    target: "https://git.example.com/a/b",
    state: "failed",
    failure: awkward,
    createdAt: new Date(),
    createdBy: awkward,
  });
  await db.insert(rateLimits).values({ key: "somebody", count: 1, endsAt: new Date(Date.now() + day) });
  await enqueue(as(db), interpretInboxJob, {}, { startAfterSeconds: 3600 });
  return world;
}

async function fillIdentity(db: Db, userId: string): Promise<void> {
  const [signIn, scim, sink, github] = await db
    .insert(connections)
    .values([
      { kind: "sign-in", name: awkward, settings: { issuer: "https://id.example.com", awkward } },
      { kind: "scim", name: "Filled SCIM" },
      { kind: "audit-sink", name: "Filled sink" },
      { kind: "github", name: "Filled GitHub" },
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
  await fillSources(db, github?.id ?? "");
  await fillConnection(db, github?.id ?? "", userId);
  await fillCards(db);
  await db
    .insert(auditChecks)
    .values({ result: { note: awkward } })
    .onConflictDoNothing();
}

/** A card of values, and what it was last answered. */
async function fillCards(db: Db): Promise<void> {
  const [card] = await db
    .insert(cards)
    .values({
      name: awkward,
      kind: "values",
      annotation: awkward,
      entityKinds: ["component"],
      urlPattern: "https://quality.example.com/{name}",
      fields: [{ label: awkward, pointer: "/a" }],
      createdAt: new Date(),
      updatedAt: new Date(),
    })
    .returning({ id: cards.id });
  const values = [{ label: awkward, text: null }];
  await db.insert(cardAnswers).values({
    cardId: card?.id ?? "",
    entityRef: "component:default/our-service",
    askedAt: new Date(),
    values,
  });
}

/** A repository that a connection shows, who may read it, and a rule about it. */
async function fillSources(db: Db, connectionId: string): Promise<void> {
  const [repository] = await db
    .insert(sourceRepositories)
    .values({
      connectionId,
      externalId: "1",
      fullName: "Acme/Filled",
      slug: "acme/filled",
      url: "https://github.com/Acme/Filled",
      cloneUrl: "https://github.com/Acme/Filled.git",
      defaultBranch: "main",
      visibility: "private",
      description: awkward,
      topics: ["a,b", awkward],
      listedAt: new Date(),
    })
    .returning({ id: sourceRepositories.id });
  await db.insert(repositoryReaders).values({ repositoryId: repository?.id ?? "", login: "ana" });
  await db
    .insert(sourceReadingRules)
    .values({ pattern: "acme/*", slugLike: "acme/%", groupRef: awkward, createdBy: "A test" });
}

async function fillTrust(db: Db): Promise<void> {
  const about = { entityUid: randomUUID(), ref: "component:default/our-service" };
  const at = new Date("2026-01-02T03:04:05.678Z");
  await db.insert(entityConfirmations).values({ ...about, fact: "", at, byName: awkward });
  await db.insert(entityTrust).values({ ...about, confidence: 0.25, state: "stale", computedAt: at });
  await db
    .insert(catalogueCommits)
    .values({ slug: "acme/filled", sha: "b", author: awkward, title: awkward, at, paths: [awkward] });
  await db
    .insert(repositoryTeams)
    .values({ slug: "acme/filled", groupRef: "group:default/ours", lastMonth: "2026-01" });
}

async function fillSearch(db: Db): Promise<void> {
  const at = new Date("2026-01-02T03:04:05.678Z");
  await db.insert(searchSynonyms).values({ words: [awkward, "a,b"], changedAt: at, changedByName: awkward });
  await db.insert(searchPicks).values({ target: awkward, weight: 1.25, pickedAt: at });
  await db.insert(searchMisses).values({ query: awkward, count: 2, firstAt: at, lastAt: at });
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

async function fillConnection(db: Db, connectionId: string, userId: string): Promise<void> {
  const at = new Date();
  await db
    .insert(connectionHealth)
    .values({ connectionId, failure: awkward, abilities: { readContents: true }, notes: [awkward] })
    .onConflictDoNothing();
  await db.insert(connectionInstallations).values({
    connectionId,
    externalId: "1",
    account: awkward,
    accountType: "organization",
    selection: "all",
    permissions: { contents: "read" },
    listedAt: at,
  });
  await db.insert(connectionBudgets).values({ connectionId, holder: "1", limit: 5_000, heardAt: at });
  const body = randomBytes(200);
  await db
    .insert(conditionalAnswers)
    .values({ connectionId, key: sha256("key"), etag: awkward, body, usedAt: at });
  await db.insert(appManifests).values({
    stateHash: randomBytes(32),
    browserHash: randomBytes(32),
    userId,
    connectionId: randomUUID(),
    name: awkward,
    settings: {},
    manifest: { awkward },
    action: "https://github.com/settings/apps/new",
    createdAt: at,
    expiresAt: new Date(at.getTime() + day),
  });
}
