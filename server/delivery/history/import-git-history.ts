import { sql } from "drizzle-orm";
import { historyBoundaries, repositories } from "#db/schema/delivery.ts";
import { normaliseRef } from "#server/catalog/entity-ref.ts";
import { createCustomSource } from "#server/catalog/sources/create-custom-source.ts";
import { pushEntities } from "#server/catalog/sources/push-entities.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure, invalid } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import type { CommitFact, DeliveryFacts, RepositoryFact } from "#server/delivery/facts.ts";
import { importHistoryRefusal } from "#server/delivery/policy.ts";
import { projectService } from "#server/delivery/projection/project-service.ts";
import { readDefaultSource } from "#server/delivery/projection/read-default-source.ts";
import type { Source } from "#server/delivery/projection/recognise.ts";
import { releaseTags } from "#server/delivery/projection/recognise.ts";
import { namedRepositories } from "#server/delivery/repositories/named-repositories.ts";
import { writeFacts } from "#server/delivery/write-facts.ts";
import { type GitCommit, openGitDirectory, readCommits, readTags } from "./read-git-dir.ts";
import { isBotName, readMessage } from "./read-message.ts";
import "../events.ts";

export type GitImport = {
  directory: string;
  /** A Component; made as "declared by import" where the catalogue has none. */
  entityRef: string;
  /** A regular expression of PostgreSQL; `releaseTags` where none is given. */
  tagPattern?: string | undefined;
  onProgress?: ((commits: number) => void) | undefined;
  /** All is read; what was deployed with what is worked out now, which takes longest. */
  onRead?: (() => void) | undefined;
};

export type GitImported = {
  entityRef: string;
  isDeclared: boolean;
  /** What counted as its deployments until this import made it tags; null where it was tags already, or nothing counted. */
  sourceBefore: Source | null;
  commits: number;
  /** Parents that the directory does not hold: they count as deployed before. */
  boundary: number;
  tags: number;
  deployments: number;
  reverts: number;
};

const batchSize = 2_000;

/**
 * Back-fills commits, changes, deployments (each matching tag is one) and reverts of a service from a git directory. Each
 * batch is kept as it comes, so that a broken-off import goes on; doing it again changes nothing.
 */
export async function importGitHistory(ctx: Ctx, input: GitImport): Promise<GitImported> {
  ensure(importHistoryRefusal(ctx.actor));
  const entityRef = normaliseRef(input.entityRef);
  if (!entityRef?.startsWith("component:"))
    throw invalid(`"${input.entityRef}" names no Component: write it as component:default/name`, "entity");
  const tagPattern = input.tagPattern ?? releaseTags;
  await checkPattern(ctx, tagPattern);
  const directory = await openGitDirectory(input.directory);
  const isDeclared = await declare(ctx, entityRef);
  const repository = await ensureRepository(ctx, entityRef);
  const held = new Set<string>();
  const parents = new Set<string>();
  const times = new Map<string, Date>();
  let reverts = 0;
  let batch: CommitFact[] = [];
  const keep = async () => {
    const facts: DeliveryFacts = { repository, commits: batch };
    await inTransaction(ctx, (tx) => writeFacts(tx, [facts]));
    batch = [];
    input.onProgress?.(held.size);
  };
  for await (const commit of readCommits(directory)) {
    // What stands in for a history that was left out is that history, and no change.
    if (commit.isEmptyTree && commit.parents.length === 0 && directory.cut.has(commit.sha)) continue;
    held.add(commit.sha);
    for (const parent of commit.parents) parents.add(parent);
    times.set(commit.sha, commit.committedAt);
    const fact = toFact(repository.id, commit);
    if (fact.reverts.length > 0) reverts += 1;
    batch.push(fact);
    if (batch.length >= batchSize) await keep();
  }
  if (batch.length > 0) await keep();
  const boundary = [...parents].filter((sha) => !held.has(sha));
  const tags = (await readTags(directory)).map(({ name, sha, taggedAt }) => ({
    repositoryId: repository.id,
    name,
    sha,
    taggedAt: taggedAt ?? times.get(sha) ?? null,
    deletedAt: null,
    asOf: taggedAt ?? times.get(sha) ?? repository.asOf,
    asOfGuid: importGuid,
  }));
  const { serviceId, sourceBefore } = await inTransaction(ctx, async (tx) => {
    for (let from = 0; from < boundary.length; from += batchSize)
      await tx.db
        .insert(historyBoundaries)
        .values(boundary.slice(from, from + batchSize).map((sha) => ({ repositoryId: repository.id, sha })))
        .onConflictDoNothing();
    await writeFacts(tx, [{ repository, tags }]);
    await record(tx, {
      type: "delivery.history-imported",
      subjectId: entityRef,
      payload: { entityRef, commits: held.size, tags: tags.length },
    });
    return ensureTagService(tx, entityRef, repository.id, tagPattern);
  });
  // The planner knows nothing yet of what has just come in by the thousand.
  await ctx.db.execute(sql`analyze commits, tags`);
  input.onRead?.();
  await projectService(ctx, serviceId);
  const [counted] = await ctx.db.execute<{ n: number }>(sql`
    select count(*)::int as n from service_deployments where service_id = ${serviceId} and succeeded_at is not null`);
  return {
    entityRef,
    isDeclared,
    sourceBefore,
    commits: held.size,
    boundary: boundary.length,
    tags: tags.length,
    deployments: counted?.n ?? 0,
    reverts,
  };
}

/** Wins over what a push says of the same commit: sorts behind every GUID. */
const importGuid = "~git";

function toFact(repositoryId: string, commit: GitCommit): CommitFact {
  const latest = Math.max(commit.authoredAt.getTime(), commit.committedAt.getTime());
  return {
    repositoryId,
    sha: commit.sha,
    ...readMessage(commit.message.replaceAll("\0", "")),
    authoredAt: commit.authoredAt,
    committedAt: commit.committedAt,
    parents: commit.parents,
    pushParents: [],
    paths: [],
    isBot: isBotName(commit.authorName),
    asOf: new Date(latest),
    asOfGuid: importGuid,
  };
}

/** PostgreSQL judges its own regular expressions. */
async function checkPattern(ctx: Ctx, pattern: string): Promise<void> {
  if (pattern.length > 300) throw invalid("The pattern of tags is longer than 300 characters", "tag-pattern");
  await ctx.db.execute(sql`select 'v1' ~ ${pattern}`).catch(() => {
    throw invalid(`"${pattern}" is no regular expression; for example ^v\\d+\\.\\d+\\.\\d+$`, "tag-pattern");
  });
}

const sourceId = "declared-by-import";

/** Makes the Component where the catalogue has none, in a source of its own. Returns whether it did. */
async function declare(ctx: Ctx, entityRef: string): Promise<boolean> {
  const there = await ctx.db.execute(sql`select 1 from entities where ref = ${entityRef}`);
  if (there.length > 0) return false;
  const source = await ctx.db.execute(sql`select 1 from custom_sources where id = ${sourceId}`);
  if (source.length === 0)
    await createCustomSource(ctx, { id: sourceId, title: "Declared by import", guardPercent: 20 });
  const [namespace = "default", name = ""] = entityRef.slice("component:".length).split("/");
  const entity = {
    apiVersion: "backstage.io/v1alpha1",
    kind: "Component",
    metadata: { name, namespace, description: "Declared by an import of its delivery history" },
    spec: { type: "service", lifecycle: "production", owner: "unknown" },
  };
  await pushEntities(ctx, {
    id: sourceId,
    sent: { type: "delta", added: [entity], removed: [] },
    isDryRun: false,
    isForced: false,
  });
  return true;
}

/** The repository that the Component names, where webhooks have told of it; else one of the import's own. */
async function ensureRepository(ctx: Ctx, entityRef: string): Promise<RepositoryFact> {
  const [known] = await ctx.db.execute<{ id: string }>(sql`
    select r.id from entities e join ${namedRepositories} r on r.named = e.project_slug
    where e.ref = ${entityRef} order by r.until_at desc nulls first, r.id limit 1`);
  const asOf = new Date(0);
  const own: RepositoryFact = {
    id: known?.id ?? `import:${entityRef}`,
    fullName: entityRef.slice("component:".length),
    slug: `import:${entityRef}`,
    defaultBranch: "main",
    url: null,
    observedSince: ctx.now(),
    isDemo: false,
    asOf,
    asOfGuid: importGuid,
  };
  if (!known) await ctx.db.insert(repositories).values(own).onConflictDoNothing();
  return own;
}

/** Tags count from now on. Where something else counted before, the change is an event as any other change of it. */
async function ensureTagService(
  tx: Ctx,
  entityRef: string,
  repositoryId: string,
  tagPattern: string,
): Promise<{ serviceId: string; sourceBefore: Source | null }> {
  const settings = { repositoryId, tagPattern };
  const [before] = await tx.db.execute<{ source: Source | null; hasDeployments: boolean }>(sql`
    select s.source, exists (select from service_deployments d where d.service_id = s.id) as "hasDeployments"
    from delivery_services s where s.entity_ref = ${entityRef} for update`);
  const [row] = await tx.db.execute<{ id: string; rulesVersion: number; pathGlobs: string[] }>(sql`
    insert into delivery_services as s (entity_ref, source, settings, due_from, due_count)
    values (${entityRef}, 'tag', ${JSON.stringify(settings)}::jsonb, 'epoch', 1)
    on conflict (entity_ref) do update
      set source = excluded.source, settings = s.settings || excluded.settings, due_from = 'epoch',
        due_count = s.due_count + 1,
        rules_version = s.rules_version + (case when s.settings @> excluded.settings and s.source = 'tag' then 0 else 1 end)
    returning id, rules_version::float8 as "rulesVersion", path_globs as "pathGlobs"`);
  if (!row) throw new Error("The service was not written");
  const standing = before && (before.source ?? (await readDefaultSource(tx)));
  const counted = before && (before.source !== null || before.hasDeployments);
  const sourceBefore = standing && counted && standing !== "tag" ? standing : null;
  if (sourceBefore)
    await record(tx, {
      type: "delivery-source.changed",
      subjectId: entityRef,
      payload: {
        entityRef,
        from: sourceBefore,
        to: "tag",
        settings,
        pathGlobs: row.pathGlobs,
        rulesVersion: row.rulesVersion,
        reason: "Its history was imported from a git directory, where tags are its deployments",
      },
    });
  return { serviceId: row.id, sourceBefore };
}
