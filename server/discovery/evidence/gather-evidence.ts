import type { HostTree } from "#server/connections/source-host.ts";
import { findDomainError } from "#server/core/errors.ts";
import type { LookTools } from "../look-at-repository.ts";
import type { Author, Found, RepositoryRow } from "../repository-row.ts";
import { codeOwnersPaths, parseCodeOwners } from "./code-owners.ts";

/** Who worked on something lately knows it; who did long ago may have left. */
const recentDays = 90;
const mostBytes = 3_000_000;
/** Kept of one file; more rules than that are machine-made. */
const mostRules = 1_000;
const mostAuthors = 20;

/** CODEOWNERS and recent authors of a repository, for owners and proposals. What did not change is not read again. */
export async function gatherEvidence(
  tools: LookTools,
  row: RepositoryRow,
  tree: HostTree,
  { wantsAuthors }: { wantsAuthors: boolean },
): Promise<Found> {
  const found: Found = tree.isCut ? { isCut: true } : {};
  const codeOwners = await readCodeOwners(tools, row, tree);
  if (codeOwners) found.codeOwners = codeOwners;
  const authors = wantsAuthors ? await readAuthors(tools, row) : row.evidence.authors;
  if (authors) found.authors = authors;
  return found;
}

async function readCodeOwners(
  { host }: LookTools,
  row: RepositoryRow,
  tree: HostTree,
): Promise<Found["codeOwners"]> {
  const byPath = new Map(tree.entries.map((entry) => [entry.path, entry]));
  const entry = codeOwnersPaths.map((path) => byPath.get(path)).find((one) => one?.mode.startsWith("100"));
  if (!entry) return undefined;
  if (row.evidence.codeOwners?.sha === entry.sha) return row.evidence.codeOwners;
  try {
    const text = (await host.readFile(row.fullName, entry.path, tree.commit, mostBytes)).toString("utf8");
    const rules = parseCodeOwners(text)
      .slice(-mostRules)
      .map(({ isMatch: _isMatch, ...rule }) => rule);
    return { path: entry.path, sha: entry.sha, rules };
  } catch (error) {
    if (["not_found", "too_large", "invalid"].includes(findDomainError(error)?.code ?? "")) return undefined;
    throw error;
  }
}

/** The newest page of commits: enough to see who works on it. */
async function readAuthors({ ctx, host, scope }: LookTools, row: RepositoryRow): Promise<Found["authors"]> {
  const since = new Date(ctx.now().getTime() - recentDays * 86_400_000);
  const people = new Map<string, Author>();
  let of = 0;
  for await (const commits of host.listCommits(row.fullName, scope.branch, since)) {
    for (const { authorLogin, authorName } of commits) {
      if (/\[bot\]$/.test(authorLogin ?? authorName)) continue;
      of += 1;
      const key = authorLogin?.toLowerCase() ?? authorName;
      const known = people.get(key) ?? {
        login: authorLogin?.toLowerCase() ?? null,
        name: authorName,
        commits: 0,
      };
      people.set(key, { ...known, commits: known.commits + 1 });
    }
    break;
  }
  const sorted = [...people.values()].sort((a, b) => b.commits - a.commits || (a.name < b.name ? -1 : 1));
  return { people: sorted.slice(0, mostAuthors), of };
}
