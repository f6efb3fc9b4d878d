import { differences } from "./differences.ts";
import { commitOf, get, repo, withRepository } from "./named.ts";
import { type FakeRoute, missing } from "./route.ts";
import { commitJson, personJson, repositoryJson } from "./shapes.ts";
import type { FakeCommit } from "./state.ts";

/** A repository, its files and its commits. */
export const contentRoutes: readonly FakeRoute[] = [
  get(
    repo,
    "metadata: read",
    withRepository((ask, row) => ({ body: repositoryJson(row, ask) })),
  ),
  get(
    `${repo}/git/ref/heads/*branch`,
    "contents: read",
    withRepository((ask, row) => {
      if (row.branches.size === 0) return { status: 409, body: { message: "Git Repository is empty." } };
      const sha = row.branches.get(ask.params.branch ?? "");
      return sha
        ? { body: { ref: `refs/heads/${ask.params.branch}`, object: { type: "commit", sha } } }
        : missing;
    }),
  ),
  get(
    `${repo}/git/trees/:sha`,
    "contents: read",
    withRepository((ask, row) => {
      const commit = commitOf(ask, row, ask.params.sha ?? "");
      const files = commit?.files ?? ask.state.trees.get(ask.params.sha ?? "");
      return files
        ? { body: { sha: commit?.tree ?? ask.params.sha, truncated: false, tree: treeOf(files) } }
        : missing;
    }),
  ),
  get(
    `${repo}/git/blobs/:sha`,
    "contents: read",
    withRepository((ask) => {
      const all = [...ask.state.commits.values()].flatMap((commit) => [...commit.files.values()]);
      const found = all.find(({ sha }) => sha === ask.params.sha);
      if (!found) return missing;
      const content = found.content.toString("base64");
      return { body: { sha: found.sha, size: found.content.byteLength, encoding: "base64", content } };
    }),
  ),
  get(
    `${repo}/git/commits/:sha`,
    "contents: read",
    withRepository((ask) => {
      const found = ask.state.commits.get(ask.params.sha ?? "");
      return found
        ? { body: { sha: found.sha, message: found.message, tree: { sha: found.tree } } }
        : missing;
    }),
  ),
  get(
    `${repo}/contents/*path`,
    "contents: read",
    withRepository((ask, row) => {
      const path = ask.params.path ?? "";
      const file = commitOf(ask, row, ask.url.searchParams.get("ref"))?.files.get(path);
      if (!file) return missing;
      if (ask.headers.accept?.includes("raw")) return { body: file.content };
      const size = file.content.byteLength;
      const isLarge = size > 1_000_000;
      const content = isLarge ? "" : file.content.toString("base64");
      return {
        body: { type: "file", path, size, sha: file.sha, encoding: isLarge ? "none" : "base64", content },
      };
    }),
  ),
  get(
    `${repo}/compare/:range`,
    "contents: read",
    withRepository((ask, row) => {
      const [base, head] = (ask.params.range ?? "").split("...").map((ref) => commitOf(ask, row, ref));
      if (!base || !head) return missing;
      const shared = mergeBase(ask.state.commits, base, head) ?? base;
      return { body: { merge_base_commit: { sha: shared.sha }, files: differences(shared, head) } };
    }),
  ),
  get(
    `${repo}/commits`,
    "contents: read",
    withRepository((ask, row) => {
      const since = new Date(ask.url.searchParams.get("since") ?? 0);
      const listed = [];
      for (
        let at = commitOf(ask, row, ask.url.searchParams.get("sha"));
        at;
        at = ask.state.commits.get(at.parents[0] ?? "")
      )
        if (at.author.date >= since) listed.push(commitJson(at, ask.webUrl));
      return { body: listed };
    }),
  ),
  get(
    `${repo}/collaborators`,
    "metadata: read",
    withRepository((ask, row) => ({
      body: row.readers.map((login) => ({
        ...personJson(login, ask),
        permissions: { pull: true, push: false, admin: false },
      })),
    })),
  ),
];

function treeOf(files: FakeCommit["files"]) {
  return [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, { sha, mode, content }]) => ({
      path,
      mode,
      type: mode === "160000" ? "commit" : "blob",
      sha,
      size: content.byteLength,
    }));
}

/** The newest commit that both lines have. */
function mergeBase(commits: ReadonlyMap<string, FakeCommit>, one: FakeCommit, other: FakeCommit) {
  const ofOne = new Set<string>();
  for (let at: FakeCommit | undefined = one; at; at = commits.get(at.parents[0] ?? "")) ofOne.add(at.sha);
  for (let at: FakeCommit | undefined = other; at; at = commits.get(at.parents[0] ?? ""))
    if (ofOne.has(at.sha)) return at;
  return undefined;
}
