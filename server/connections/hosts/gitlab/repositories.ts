import {
  Branch,
  Commit,
  Comparison,
  type Diff,
  Project,
  TreeEntry,
} from "#server/integrations/gitlab-api/shapes.ts";
import type { HostChangedFile, HostRepository, SourceHost } from "../../source-host.ts";
import { pastHidden } from "../past-hidden.ts";
import { type GitlabAccess, groupPath, projectPath } from "./access.ts";

type Reads = Pick<
  SourceHost,
  "listRepositories" | "getRepository" | "resolveBranch" | "readTree" | "readFile" | "compare" | "listCommits"
>;

const reading = (of: string) => ({ of, permission: "the scope read_api and at least the role Reporter" });
const usualFileBytes = 5_000_000;
const mostEntries = 200_000;

export function gitlabReads(access: GitlabAccess): Reads {
  const getRepository = async (repo: string) =>
    toRepository(
      await (await access.client()).one(Project, {
        path: projectPath(repo),
        what: reading(`The project ${repo}`),
      }),
    );
  return {
    listRepositories: async function* () {
      const client = await access.client();
      const list = async function* ({ path, of }: { path: string; of: string }) {
        for await (const page of client.pages(Project, { path, what: reading(of) }))
          yield page.map(toRepository);
      };
      yield* pastHidden(listPaths(access).map(list));
    },
    getRepository,
    resolveBranch: async (repo, branch) => {
      const name = branch ?? (await getRepository(repo)).defaultBranch;
      const found = await (await access.client()).one(Branch, {
        path: `${projectPath(repo)}/repository/branches/${encodeURIComponent(name)}`,
        what: reading(`The branch "${name}" of ${repo}`),
      });
      return found.commit.id;
    },
    readTree: async (repo, ref) => {
      const client = await access.client();
      const ask = {
        path: `${projectPath(repo)}/repository/tree?recursive=true&per_page=100&pagination=keyset&ref=${encodeURIComponent(ref)}`,
        what: reading(`The files of ${repo} at ${ref.slice(0, 10)}`),
      };
      const entries = [];
      for await (const page of client.pages(TreeEntry, ask)) {
        for (const { id, path, type, mode } of page)
          if (type !== "tree") entries.push({ path, sha: id, mode, size: null });
        if (entries.length > mostEntries) return { commit: ref, entries, isCut: true };
      }
      return { commit: ref, entries, isCut: false };
    },
    readFile: async (repo, path, ref, maxBytes = usualFileBytes) =>
      (await access.client()).bytes({
        path: `${projectPath(repo)}/repository/files/${encodeURIComponent(path)}/raw?ref=${encodeURIComponent(ref)}`,
        what: reading(`The file ${path} of ${repo}`),
        accept: "*/*",
        maxBytes,
      }),
    compare: async (repo, base, head) => {
      const query = `from=${encodeURIComponent(base)}&to=${encodeURIComponent(head)}`;
      const found = await (await access.client()).one(Comparison, {
        path: `${projectPath(repo)}/repository/compare?${query}`,
        what: reading(`The comparison of ${base.slice(0, 10)} and ${head.slice(0, 10)} in ${repo}`),
        maxBytes: 60_000_000,
        timeoutMs: 90_000,
      });
      return { base, head, files: found.diffs.map(toChangedFile), isCut: found.compare_timeout };
    },
    listCommits: async function* (repo, branch, since) {
      const ref = branch === null ? "" : `&ref_name=${encodeURIComponent(branch)}`;
      const ask = {
        path: `${projectPath(repo)}/repository/commits?per_page=100&since=${since.toISOString()}${ref}`,
        what: reading(`The commits of ${repo}`),
      };
      for await (const page of (await access.client()).pages(Commit, ask))
        yield page.map((row) => ({
          sha: row.id,
          message: row.message,
          authorName: row.author_name,
          authorLogin: null,
          authoredAt: row.authored_date,
          committedAt: row.committed_date,
          parents: row.parent_ids,
        }));
    },
  };
}

function listPaths({ settings }: GitlabAccess): { path: string; of: string }[] {
  const rest = "per_page=100&order_by=id&sort=asc";
  if (settings.groups.length === 0)
    return [{ path: `/projects?membership=true&pagination=keyset&${rest}`, of: "The projects of the token" }];
  return settings.groups.map(({ login, type }) => ({
    path:
      type === "organization"
        ? `${groupPath(login)}/projects?include_subgroups=true&with_shared=false&${rest}`
        : `/users/${encodeURIComponent(login)}/projects?${rest}`,
    of: `The projects of ${login}`,
  }));
}

export /** A project may be open while its repository is for members only; what the host does not tell counts as closed. */
function visibilityOf({ visibility, repository_access_level: level }: Project): HostRepository["visibility"] {
  if (level === "enabled" || level === "public") return visibility;
  return level === undefined && visibility === "public" ? "public" : "private";
}

function toRepository(row: Project): HostRepository {
  return {
    externalId: row.id,
    fullName: row.path_with_namespace,
    url: row.web_url,
    cloneUrl: row.http_url_to_repo,
    defaultBranch: row.default_branch ?? "main",
    visibility: visibilityOf(row),
    isArchived: row.archived,
    isFork: Boolean(row.forked_from_project),
    isEmpty: row.empty_repo || row.default_branch === null,
    // GitLab tells languages by a question of their own for each project.
    language: null,
    description: row.description,
    topics: row.topics,
    pushedAt: row.last_activity_at ?? null,
  };
}

export const toChangedFile = (row: ReturnType<typeof Diff.parse>): HostChangedFile => ({
  path: row.deleted_file ? row.old_path : row.new_path,
  formerPath: row.renamed_file ? row.old_path : null,
  state: row.new_file ? "added" : row.deleted_file ? "removed" : row.renamed_file ? "renamed" : "changed",
});
