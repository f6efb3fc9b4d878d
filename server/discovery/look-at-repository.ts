import { sql } from "drizzle-orm";
import { HostTrouble } from "#server/catalog/trees/host-tree.ts";
import type { HostTree, SourceHost } from "#server/connections/source-host.ts";
import type { Ctx } from "#server/core/context.ts";
import { findDomainError } from "#server/core/errors.ts";
import type { Outside } from "#server/core/outside.ts";
import { gatherEvidence } from "./evidence/gather-evidence.ts";
import type { Directory } from "./evidence/guess-owner.ts";
import { holdRepository } from "./hold-repository.ts";
import { importFound, isAsRead, settleUnchanged } from "./import-found.ts";
import { keepRepositories, markGone, tellTrouble } from "./keep-repositories.ts";
import type { Scope } from "./model.ts";
import { makeProposals } from "./proposals/make-proposals.ts";
import { settleProposals } from "./proposals/settle-proposals.ts";
import { type Found, type ReadFile, type RepositoryRow, readRepository } from "./repository-row.ts";
import { catalogueFileMatcher, leftOutReason } from "./scope.ts";

/** What a look needs: a connection that is open, and what of it is to be looked at. `ctx.db` is the pool. */
export type LookTools = {
  ctx: Ctx;
  outside: Outside;
  signal: AbortSignal;
  host: SourceHost;
  scope: Scope;
  /** Who of the catalogue the host's teams and people are; read when it is first asked for. */
  directory: () => Promise<Directory>;
};

export type Looked = "unchanged" | "imported" | "without file" | "left out" | "empty" | "gone" | "troubled";

/**
 * Brings one repository up to date: its catalogue files at the newest commit, or a proposal where it has none. One that
 * did not change costs one conditional request. What is wrong with it alone is written down, and the last known state
 * stays; what is wrong with the host is thrown on: `too_many` and `unavailable`. `expected` is the commit that a webhook
 * names; whether it still is the newest, the host is asked all the same.
 */
export async function lookAtRepository(
  tools: LookTools,
  repositoryId: string,
  expected: string | null = null,
): Promise<Looked> {
  return holdRepository(tools.ctx, repositoryId, tools.signal, async () => {
    const row = await readRepository(tools.ctx, repositoryId);
    if (!row) return "gone";
    try {
      return await look(tools, row, expected);
    } catch (error) {
      const told = error instanceof HostTrouble ? error.trouble : findDomainError(error);
      if (!told || tools.signal.aborted) throw error;
      // Whoever goes on when the limit is renewed has nothing to tell of this one.
      if (told.code !== "too_many") await tellTrouble(tools.ctx, row.id, told.message);
      if (told.code === "too_many" || told.code === "unavailable") throw told;
      return "troubled";
    }
  });
}

async function look(tools: LookTools, row: RepositoryRow, expected: string | null): Promise<Looked> {
  const { ctx, host, scope } = tools;
  const reason = leftOutReason(scope, row);
  if (reason) {
    if (row.locationId) await tellTrouble(ctx, row.id, reason);
    await settleProposals(ctx, row.id);
    return "left out";
  }
  // Asked for at the same time: mostly it is the newest, and somebody waits.
  const early = expected && expected !== row.seenCommit ? host.readTree(row.fullName, expected) : null;
  early?.catch(() => {});
  const newest = await newestCommit(tools, row);
  if ("over" in newest) return newest.over;
  const { commit } = newest;
  if (commit === row.seenCommit && row.url === row.seenUrl) {
    await settleUnchanged(ctx, row, { commit, isNews: false });
    return "unchanged";
  }
  const tree = await (early && commit === expected ? early : host.readTree(row.fullName, commit));
  return takeCommit(tools, row, tree);
}

async function takeCommit(tools: LookTools, row: RepositoryRow, tree: HostTree): Promise<Looked> {
  const { ctx, scope } = tools;
  const isMatch = catalogueFileMatcher(scope);
  const files = tree.entries.map(({ path }) => path).filter(isMatch);
  const evidence = await gatherEvidence(tools, row, tree, { wantsAuthors: files.length === 0 });
  let read = row.files;
  const isImported = files.length > 0 || row.locationId !== null;
  const isNews = !isAsRead(row, tree, files);
  if (isImported && isNews) read = await importFound(tools, row, tree, { files, evidence });
  else if (isImported) await settleUnchanged(ctx, row, { commit: tree.commit, isNews: true });
  if (files.length > 0 || !scope.withProposals) await settleProposals(ctx, row.id);
  else await makeProposals(tools, row, tree, evidence);
  await writeLook(ctx, row, { commit: tree.commit, files: read, evidence });
  if (files.length === 0) return "without file";
  return isNews ? "imported" : "unchanged";
}

/** Without a commit it is empty, has another default branch by now, lacks the branch, or is gone: only the host knows which. */
async function newestCommit(
  { ctx, host, scope }: LookTools,
  row: RepositoryRow,
): Promise<{ commit: string } | { over: Looked }> {
  const branch = scope.branch ?? row.defaultBranch;
  const isOfHost = (error: unknown) =>
    !["not_found", "conflict"].includes(findDomainError(error)?.code ?? "");
  try {
    return { commit: await host.resolveBranch(row.fullName, branch) };
  } catch (error) {
    if (isOfHost(error)) throw error;
  }
  try {
    const today = await host.getRepository(row.fullName);
    await keepRepositories(ctx, row.connectionId, [today]);
    if (today.externalId !== row.externalId) {
      await markGone(ctx, row.id, "It is deleted; another repository has its name now");
      return { over: "gone" };
    }
    if (today.isEmpty) {
      await writeLook(ctx, row, { commit: "", files: [], evidence: {} });
      return { over: "empty" };
    }
    if (scope.branch === null && today.defaultBranch !== row.defaultBranch) {
      row.defaultBranch = today.defaultBranch;
      return { commit: await host.resolveBranch(row.fullName, today.defaultBranch) };
    }
    await tellTrouble(ctx, row.id, `It has no branch "${branch}"`);
    return { over: "troubled" };
  } catch (error) {
    if (isOfHost(error)) throw error;
    await markGone(ctx, row.id, "It is deleted, or the connection is not shown it any more");
    return { over: "gone" };
  }
}

async function writeLook(
  ctx: Ctx,
  row: RepositoryRow,
  seen: { commit: string; files: ReadFile[]; evidence: Found },
): Promise<void> {
  const at = ctx.now().toISOString();
  await ctx.db.execute(sql`
    update discovered_repositories set commit = ${seen.commit}, url = ${row.url}, files = ${JSON.stringify(seen.files)}::jsonb,
      evidence = ${JSON.stringify(seen.evidence)}::jsonb, looked_at = ${at}::timestamptz,
      pushed_at = ${row.pushedAt?.toISOString() ?? null}::timestamptz, trouble = null, trouble_since = null
    where repository_id = ${row.id}`);
  await ctx.db.execute(sql`
    update source_repositories set head_sha = ${seen.commit} where id = ${row.id}`);
}
