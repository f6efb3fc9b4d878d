import { and, eq, sql } from "drizzle-orm";
import { catalogueChecks } from "#db/schema/catalog-sources.ts";
import { HostTrouble } from "#server/catalog/trees/host-tree.ts";
import { openConnection } from "#server/connections/open-connection.ts";
import type { HostComparison, HostTree, SourceHost } from "#server/connections/source-host.ts";
import type { Ctx } from "#server/core/context.ts";
import { findDomainError } from "#server/core/errors.ts";
import type { JobTools } from "#server/core/jobs.ts";
import { type RepositoryRow, readRepository } from "../repository-row.ts";
import { catalogueFileMatcher, readScope } from "../scope.ts";
import { compareVersions } from "./compare-versions.ts";
import { findEffects } from "./find-effects.ts";
import { type CheckResult, conclusionOf, withoutOthers } from "./model.ts";
import { readVersions } from "./read-versions.ts";
import { tellHost } from "./tell-host.ts";

type Open = typeof openConnection;
type CheckRow = typeof catalogueChecks.$inferSelect;

/** Of so many catalogue files all are read; of more those that the change touches. */
const mostRead = 50;

/**
 * Looks at one head: what it does to the catalogue, and tells the host. Doing it again writes the same check run and the
 * same comment. Throws where the host is down or asks to wait, so that the queue tries again.
 */
export async function runCheck(
  tools: JobTools,
  input: { checkId: string },
  { open = openConnection, publicUrl = null }: { open?: Open; publicUrl?: string | null } = {},
): Promise<void> {
  const { ctx } = tools;
  const [row] = await ctx.db.select().from(catalogueChecks).where(eq(catalogueChecks.id, input.checkId));
  if (row?.state !== "waiting") return;
  const repository = await readRepository(ctx, row.repositoryId);
  if (!repository) return;
  try {
    const host = await open(ctx, tools.outside, repository.connectionId, { isUrgent: true });
    try {
      await check({ ...tools, host, publicUrl }, row, repository);
    } finally {
      await host.close();
    }
  } catch (error) {
    const reason = error instanceof HostTrouble ? error.trouble : error;
    await keepFailure(ctx, row, reason);
    throw reason;
  }
}

/** What can be tried again stays waiting, with the reason. */
async function keepFailure(ctx: Ctx, row: CheckRow, error: unknown): Promise<void> {
  const told = findDomainError(error);
  const isPassing = !told || told.code === "unavailable" || told.code === "too_many";
  const failure = told?.message ?? "Something went wrong: see the log of the worker";
  await ctx.db
    .update(catalogueChecks)
    .set(isPassing ? { failure } : { failure, state: "failed", finishedAt: ctx.now() })
    .where(and(eq(catalogueChecks.id, row.id), eq(catalogueChecks.state, "waiting")));
}

type Checking = JobTools & { host: SourceHost; publicUrl: string | null };

async function check(tools: Checking, row: CheckRow, repository: RepositoryRow): Promise<void> {
  const { ctx, host } = tools;
  const comparison = await host.compare(repository.fullName, row.baseSha, row.headSha);
  const scope = await readScope(ctx, repository.connectionId);
  const isCatalogue = catalogueFileMatcher(scope);
  const { isTold, ...earlier } = await findEarlier(ctx, row);
  if (isTold || (!earlier.hasComment && !isTouched(comparison, repository, isCatalogue))) {
    await ctx.db.delete(catalogueChecks).where(eq(catalogueChecks.id, row.id));
    return;
  }
  const { result, forAnybody } = await findResult(tools, repository, comparison, isCatalogue);
  // A newer head may have come meanwhile: its own check speaks.
  if (!(await isNewest(ctx, row))) return;
  const url = tools.publicUrl ? new URL(`/catalog/checks/${row.id}`, tools.publicUrl).href : null;
  const isPublic = repository.visibility === "public";
  const told = await tellHost(
    host,
    {
      repository: repository.fullName,
      isPublic,
      pullRequest: row.pullRequest,
      headSha: row.headSha,
      url,
      ...earlier,
    },
    isPublic ? forAnybody : result,
  );
  await ctx.db
    .update(catalogueChecks)
    .set({
      state: "done",
      result,
      conclusion: conclusionOf(result),
      failure: null,
      finishedAt: ctx.now(),
      ...told,
      untold:
        [told.untold, isPublic && isLess(forAnybody, result) ? leftOut : null].filter(Boolean).join(". ") ||
        null,
    })
    .where(eq(catalogueChecks.id, row.id));
}

const leftOut =
  "Whether names that lie elsewhere are in the catalog was not told to the host: the repository is public";

const isLess = (told: CheckResult, found: CheckResult) =>
  told.errors.length + told.broken.length < found.errors.length + found.broken.length;

/** Catalogue files by their names, and whatever else the last import read. A host that told only a part may hide them. */
function isTouched(
  { files, isCut }: HostComparison,
  repository: RepositoryRow,
  isCatalogue: (path: string) => boolean,
): boolean {
  if (isCut) return true;
  const read = new Set(repository.files.map(({ path }) => path));
  return files.some(({ path, formerPath }) =>
    [path, formerPath].some((one) => one !== null && (isCatalogue(one) || read.has(one))),
  );
}

/** `forAnybody`: what may be told where the whole world reads. */
type Found = { result: CheckResult; forAnybody: CheckResult };

async function findResult(
  tools: Checking,
  repository: RepositoryRow,
  comparison: HostComparison,
  isCatalogue: (path: string) => boolean,
): Promise<Found> {
  const { ctx, host } = tools;
  const read = (ref: string) => host.readTree(repository.fullName, ref);
  const trees = { base: await read(comparison.base), head: await read(comparison.head) };
  const touched = new Set(comparison.files.flatMap(({ path, formerPath }) => [path, formerPath ?? path]));
  const all = [trees.base, trees.head].map(
    ({ entries }) => entries.filter(({ path }) => isCatalogue(path)).length,
  );
  const isMany = Math.max(...all) > mostRead;
  // Of a tree that the host has cut, only what the comparison names is known to be there or not.
  const isCut = trees.base.isCut || trees.head.isCut;
  const filesOf = (tree: HostTree) =>
    isCut
      ? [...touched].filter(isCatalogue)
      : tree.entries
          .map(({ path }) => path)
          .filter((path) => isCatalogue(path) && (!isMany || touched.has(path)));
  const place = {
    repository: repository.fullName,
    url: repository.url,
    branch: repository.defaultBranch,
    definesPeople: await mayDefinePeople(ctx, repository),
  };
  const versions = await readVersions(tools, place, trees, filesOf);
  const difference = compareVersions(versions.base, versions.head);
  const { broken, affected, taken } = await findEffects(ctx.db, repository.id, versions, difference);
  const withTaken = (findings: typeof taken): CheckResult => ({
    ...difference,
    errors: [...difference.errors, ...findings.map(({ isPublic: _, ...finding }) => finding)],
    broken,
    affected,
  });
  return {
    result: withTaken(taken),
    forAnybody: withoutOthers(withTaken(taken.filter(({ isPublic }) => isPublic))),
  };
}

async function mayDefinePeople(ctx: Ctx, { locationId }: RepositoryRow): Promise<boolean> {
  if (!locationId) return false;
  const [row] = await ctx.db.execute<{ definesPeople: boolean }>(
    sql`select defines_people as "definesPeople" from locations where id = ${locationId}`,
  );
  return row?.definesPeople ?? false;
}

type Earlier = { checkRunId: string | null; hasComment: boolean; isTold: boolean };

/**
 * The check run that the same head has as a mere push, whether the pull request was told of before, and whether a push
 * has nothing to add because a pull request of the same head speaks.
 */
async function findEarlier(ctx: Ctx, row: CheckRow): Promise<Earlier> {
  const [found] = await ctx.db.execute<Earlier>(sql`
    select (select check_run_id from catalogue_checks where repository_id = ${row.repositoryId}
        and head_sha = ${row.headSha} and check_run_id is not null order by created_at limit 1) as "checkRunId",
      exists (select 1 from catalogue_checks where repository_id = ${row.repositoryId} and ${row.pullRequest} > 0
        and pull_request = ${row.pullRequest} and id <> ${row.id} and state = 'done') as "hasComment",
      exists (select 1 from catalogue_checks where repository_id = ${row.repositoryId} and ${row.pullRequest} = 0
        and pull_request > 0 and head_sha = ${row.headSha} and state in ('waiting', 'done')) as "isTold"`);
  return found ?? { checkRunId: null, hasComment: false, isTold: false };
}

async function isNewest(ctx: Ctx, row: CheckRow): Promise<boolean> {
  const [now] = await ctx.db
    .select({ state: catalogueChecks.state })
    .from(catalogueChecks)
    .where(eq(catalogueChecks.id, row.id));
  return now?.state === "waiting";
}
