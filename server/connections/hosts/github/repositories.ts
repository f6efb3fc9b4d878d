import { findDomainError, invalid, notFound } from "#server/core/errors.ts";
import {
  type ChangedFile,
  Commit,
  Comparison,
  Contents,
  Ref,
  Repository,
  Tree,
} from "#server/integrations/github-api/shapes.ts";
import type { RestClient } from "#server/integrations/source-api/rest-client.ts";
import type { HostChangedFile, HostCommit, HostRepository, SourceHost } from "../../source-host.ts";
import { pastHidden } from "../past-hidden.ts";
import type { Entrance, GithubAccess } from "./access.ts";
import { until } from "./until.ts";

type Reads = Pick<
  SourceHost,
  "listRepositories" | "getRepository" | "resolveBranch" | "readTree" | "readFile" | "compare" | "listCommits"
>;

const contents = (of: string) => ({ of, permission: "Contents: read" });
const branchPath = (branch: string) => branch.split("/").map(encodeURIComponent).join("/");
const filePath = (path: string) => path.split("/").map(encodeURIComponent).join("/");
/** 100,000 entries, the most that GitHub sends of a tree, take some 25 MB. */
const treeLimits = { maxBytes: 60_000_000, timeoutMs: 90_000 };
const usualFileBytes = 5_000_000;
const mostCompared = 300;

export function githubReads(access: GithubAccess): Reads {
  const getRepository = async (repo: string) =>
    toRepository(
      await (await access.clientFor(repo)).one(Repository, {
        path: `/repos/${repo}`,
        what: { of: `The repository ${repo}`, permission: "Metadata: read" },
      }),
    );
  return {
    listRepositories: async function* () {
      const entrances = await access.entrances();
      yield* pastHidden(
        entrances.flatMap((entrance) =>
          listPaths(access, entrance).map((path) => list(entrance.client, path)),
        ),
      );
    },
    getRepository,
    resolveBranch: async (repo, branch) => {
      const name = branch ?? (await getRepository(repo)).defaultBranch;
      const client = await access.clientFor(repo);
      const ask = {
        path: `/repos/${repo}/git/ref/heads/${branchPath(name)}`,
        what: contents(`The branch "${name}" of ${repo}`),
      };
      try {
        return (await client.one(Ref, ask)).object.sha;
      } catch (error) {
        // "Git Repository is empty", which a list does not tell for sure.
        throw findDomainError(error)?.code === "conflict" ? notFound(`${repo} has no commit yet`) : error;
      }
    },
    readTree: async (repo, ref) => {
      const tree = await (await access.clientFor(repo)).one(Tree, {
        path: `/repos/${repo}/git/trees/${encodeURIComponent(ref)}?recursive=1`,
        what: contents(`The files of ${repo} at ${ref.slice(0, 10)}`),
        ...treeLimits,
      });
      const entries = tree.tree
        .filter(({ type }) => type !== "tree")
        .map(({ path, sha, mode, size }) => ({ path, sha, mode, size: size ?? null }));
      return { commit: ref, entries, isCut: tree.truncated };
    },
    readFile: async (repo, path, ref, maxBytes = usualFileBytes) =>
      readContents(await access.clientFor(repo), { repo, path, ref, maxBytes }),
    compare: async (repo, base, head) => {
      const range = `${encodeURIComponent(base)}...${encodeURIComponent(head)}`;
      const found = await (await access.clientFor(repo)).one(Comparison, {
        path: `/repos/${repo}/compare/${range}?per_page=1`,
        what: contents(`The comparison of ${base.slice(0, 10)} and ${head.slice(0, 10)} in ${repo}`),
        ...treeLimits,
      });
      return {
        base: found.merge_base_commit?.sha ?? base,
        head,
        files: found.files.map(toChangedFile),
        isCut: found.files.length >= mostCompared,
      };
    },
    listCommits: async function* (repo, branch, since) {
      const sha = branch === null ? "" : `&sha=${encodeURIComponent(branch)}`;
      const client = await access.clientFor(repo);
      const pages = client.pages(Commit, {
        path: `/repos/${repo}/commits?per_page=100&since=${since.toISOString()}${sha}`,
        what: contents(`The commits of ${repo}`),
      });
      for await (const page of until(pages, (row) => row.commit.committer.date >= since))
        yield page.map(toCommit);
    },
  };
}

type Listing = { path: string; rowsOf?: (page: unknown) => unknown; of: string };

function listPaths(access: GithubAccess, { owners }: Entrance): Listing[] {
  if (access.settings.credentials.auth === "app")
    return [
      {
        path: "/installation/repositories?per_page=100",
        rowsOf: (page) => (page as { repositories?: unknown } | null)?.repositories,
        of: `The repositories of ${owners.map(({ login }) => login).join(", ")}`,
      },
    ];
  if (owners.length === 0) return [{ path: "/user/repos?per_page=100", of: "The repositories of the token" }];
  return owners.map(({ login, type }) => ({
    path:
      type === "organization"
        ? `/orgs/${encodeURIComponent(login)}/repos?per_page=100&sort=full_name`
        : `/users/${encodeURIComponent(login)}/repos?per_page=100&sort=full_name`,
    of: `The repositories of ${login}`,
  }));
}

async function* list(client: RestClient, { path, rowsOf, of }: Listing): AsyncGenerator<HostRepository[]> {
  const ask = { path, what: { of, permission: "Metadata: read" } };
  for await (const page of client.pages(Repository, ask, rowsOf))
    yield page.filter(({ disabled }) => !disabled).map(toRepository);
}

async function readContents(
  client: RestClient,
  file: { repo: string; path: string; ref: string; maxBytes: number },
): Promise<Buffer> {
  const { repo, path, ref, maxBytes } = file;
  const ask = {
    path: `/repos/${repo}/contents/${filePath(path)}?ref=${encodeURIComponent(ref)}`,
    what: contents(`The file ${path} of ${repo}`),
    // In base64, with an address or two around it.
    maxBytes: Math.ceil(maxBytes * 1.4) + 20_000,
  };
  const found = await client.one(Contents.or(Contents.array()), ask);
  if (Array.isArray(found) || found.type !== "file") throw notFound(`${path} of ${repo} is no file`);
  if (found.size > maxBytes) throw invalid(`${path} of ${repo} has more than ${maxBytes / 1_000_000} MB`);
  if (found.encoding === "base64" && found.content !== undefined) return Buffer.from(found.content, "base64");
  // Above 1 MB it comes by itself alone.
  return client.bytes({ ...ask, accept: "application/vnd.github.raw+json", maxBytes });
}

export function toRepository(row: Repository): HostRepository {
  return {
    externalId: row.id,
    fullName: row.full_name,
    url: row.html_url,
    cloneUrl: row.clone_url,
    defaultBranch: row.default_branch,
    visibility: row.visibility ?? (row.private ? "private" : "public"),
    isArchived: row.archived,
    isFork: row.fork,
    isEmpty: row.size === 0 && !row.pushed_at,
    language: row.language,
    description: row.description,
    topics: row.topics,
    pushedAt: row.pushed_at ?? null,
  };
}

const states: Readonly<Record<string, HostChangedFile["state"]>> = {
  added: "added",
  copied: "added",
  removed: "removed",
  renamed: "renamed",
};

export const toChangedFile = (row: ReturnType<typeof ChangedFile.parse>): HostChangedFile => ({
  path: row.filename,
  formerPath: row.status === "renamed" ? (row.previous_filename ?? null) : null,
  state: states[row.status] ?? "changed",
});

const toCommit = (row: ReturnType<typeof Commit.parse>): HostCommit => ({
  sha: row.sha,
  message: row.commit.message,
  authorName: row.commit.author.name,
  authorLogin: row.author?.login ?? null,
  authoredAt: row.commit.author.date,
  committedAt: row.commit.committer.date,
  parents: row.parents.map(({ sha }) => sha),
});
