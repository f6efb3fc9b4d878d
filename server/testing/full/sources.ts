import { randomBytes, randomUUID } from "node:crypto";
import { sourceReadingRules } from "#db/schema/catalog.ts";
import {
  appManifests,
  conditionalAnswers,
  connectionBudgets,
  connectionHealth,
  connectionInstallations,
  repositoryReaders,
  sourceRepositories,
} from "#db/schema/connections.ts";
import { historyImports, historyRepositories } from "#db/schema/delivery-import.ts";
import {
  repositoryComparisons,
  webhookHooks,
  webhookMisses,
  webhookReplays,
  webhookSettings,
} from "#db/schema/github.ts";
import type { Db } from "#db/types.ts";
import { sha256 } from "#server/core/crypto.ts";
import { awkward } from "./awkward.ts";

const day = 86_400_000;

/** A repository that a connection shows, who may read it, and a rule about it. */
export async function fillSources(db: Db, connectionId: string): Promise<void> {
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
  await fillWebhooks(db, connectionId, repository?.id ?? "");
  await fillImport(db, connectionId, repository?.id ?? "");
  await db
    .insert(repositoryReaders)
    .values({ repositoryId: repository?.id ?? "", login: "ana", externalId: "1" });
  await db
    .insert(sourceReadingRules)
    .values({ pattern: "acme/*", slugLike: "acme/%", groupRef: awkward, createdBy: "A test" });
}

/** What is kept about hooks beside the webhooks themselves. */
async function fillWebhooks(db: Db, connectionId: string, repositoryId: string): Promise<void> {
  const at = new Date("2026-01-02T03:04:05.678Z");
  const hookKey = "hook:1";
  await db.insert(webhookSettings).values({ payloadDays: 30, changedAt: at });
  await db.insert(webhookReplays).values({
    filter: { event: awkward },
    untilId: 2 ** 45,
    total: 1,
    orderedByName: awkward,
    orderedAt: at,
  });
  await db
    .insert(webhookHooks)
    .values({ connectionId, hookKey, kind: "app", owner: awkward, isActive: true, listedAt: at });
  await db.insert(webhookMisses).values({
    connectionId,
    hookKey,
    guid: "g",
    externalId: "1",
    event: awkward,
    deliveredAt: at,
    status: awkward,
    foundAt: at,
  });
  await db.insert(repositoryComparisons).values({ repositoryId, comparedUntil: at, failure: awkward });
}

export async function fillConnection(db: Db, connectionId: string, userId: string): Promise<void> {
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

/** An import of the past that is under way. */
async function fillImport(db: Db, connectionId: string, repositoryId: string): Promise<void> {
  const at = new Date("2026-01-02T03:04:05.678Z");
  await db
    .insert(historyImports)
    .values({ connectionId, reachDays: 365, startedAt: at, failure: awkward })
    .onConflictDoNothing();
  await db.insert(historyRepositories).values({
    repositoryId,
    connectionId,
    subject: "github.com:1",
    rank: 0,
    position: 1,
    turn: 101,
    until: at,
    reach: new Date("2025-01-02T03:04:05.678Z"),
    completeFrom: new Date("2025-10-04T03:04:05.678Z"),
    slices: 1,
    hasNewest: true,
    cursors: { deployments: { page: 2, seen: [awkward] } },
    firstRequests: 4,
    failure: awkward,
  });
}
