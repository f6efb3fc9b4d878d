import { createHash } from "node:crypto";
import { sql } from "drizzle-orm";
import { tellFollowers } from "#server/catalog/followers.ts";
import { runImport } from "#server/catalog/run-import.ts";
import { hostTree } from "#server/catalog/trees/host-tree.ts";
import { isYamlPath } from "#server/catalog/trees/tree.ts";
import type { HostTree } from "#server/connections/source-host.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { findRepositoryLocation } from "./find-repository-location.ts";
import type { LookTools } from "./look-at-repository.ts";
import type { Found, ReadFile, RepositoryRow } from "./repository-row.ts";

/** Stands among the files read for "all names of YAML files", which a pattern in a Location looks through. */
const allNames = "*";

const namesOf = (tree: HostTree) =>
  createHash("sha256")
    .update(
      tree.entries
        .map(({ path }) => path)
        .filter(isYamlPath)
        .join("\n"),
    )
    .digest("hex");

/**
 * Whether an import would read the very same again: the same catalogue files, and every file that the last one asked for
 * with the contents that it had. What lies at web addresses is not looked at.
 */
export function isAsRead(row: RepositoryRow, tree: HostTree, files: readonly string[]): boolean {
  if (row.seenCommit === null || row.url !== row.seenUrl) return false;
  // A location that never came to its end has to be imported, whatever was read.
  if (files.length > 0 && row.locationId === null) return false;
  const now = new Map(tree.entries.map(({ path, sha }) => [path, sha]));
  const read = new Set(row.files.map(({ path }) => path));
  return (
    files.every((path) => read.has(path)) &&
    row.files.every(({ path, sha }) =>
      path === allNames ? sha === namesOf(tree) : (now.get(path) ?? "") === sha,
    )
  );
}

/**
 * Imports the catalogue files of a commit into the repository's location. Files are fetched before the import begins, so
 * that a host that asks for patience leaves everything as it was. Returns what was read.
 */
export async function importFound(
  tools: LookTools,
  row: RepositoryRow,
  tree: HostTree,
  found: { files: readonly string[]; evidence: Found },
): Promise<ReadFile[]> {
  const { ctx, outside, signal, host, scope } = tools;
  const read = new Map<string, string>();
  const branch = scope.branch ?? row.defaultBranch;
  const opened = hostTree(host, { repository: row.fullName, url: row.url, branch }, tree, {
    onRead: (path, sha) => read.set(path, sha ?? ""),
    onList: () => read.set(allNames, namesOf(tree)),
  });
  const [author] = await Promise.all([madeBy(tools, row, tree.commit), opened.fetchAhead(found.files)]);
  opened.madeBy = author;
  const locationId = await findRepositoryLocation(ctx, row, scope.branch);
  await runImport({ ctx, outside, signal }, locationId, async () => ({
    tree: opened,
    start: { files: found.files },
  }));
  for (const path of found.files)
    if (!read.has(path)) read.set(path, tree.entries.find((entry) => entry.path === path)?.sha ?? "");
  return [...read].map(([path, sha]) => ({ path, sha }));
}

/** Who made the newest commit, where it is the only one since the last look; of the first import nobody can say. */
async function madeBy({ host, scope }: LookTools, row: RepositoryRow, commit: string) {
  if (!row.seenCommit) return null;
  const since = new Date((row.lookedAt?.getTime() ?? 0) - 7 * 86_400_000);
  for await (const [newest, before] of host.listCommits(row.fullName, scope.branch, since)) {
    const isOnlyOne = newest?.sha === commit && before?.sha === row.seenCommit;
    return newest && isOnlyOne ? { author: newest.authorName, parents: [row.seenCommit] } : null;
  }
  return null;
}

/**
 * Nothing is to be imported: the location is as of the newest commit all the same. `isNews`: there is a newer commit, so
 * what the entries point to (pages, definitions) may have changed.
 */
export async function settleUnchanged(
  ctx: Ctx,
  row: RepositoryRow,
  { commit, isNews }: { commit: string; isNews: boolean },
): Promise<void> {
  const at = ctx.now().toISOString();
  await inTransaction(ctx, async (tx) => {
    await tx.db.execute(sql`
      update discovered_repositories set looked_at = ${at}::timestamptz, trouble = null, trouble_since = null,
        pushed_at = ${row.pushedAt?.toISOString() ?? null}::timestamptz
      where repository_id = ${row.id}`);
    if (!row.locationId) return;
    await tx.db.execute(sql`
      update locations set state = 'imported', failure = null, step = null, "commit" = ${commit},
        imported_at = ${at}::timestamptz
      where id = ${row.locationId} and imported_at is not null and state in ('imported', 'failed')`);
    if (isNews) await tellFollowers(tx, row.locationId);
  });
}
