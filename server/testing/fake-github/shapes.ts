import type { FakeAsk } from "./route.ts";
import {
  type FakeCommit,
  type FakePullRequest,
  type FakeRepository,
  type FakeTeam,
  fullNameOf,
} from "./state.ts";

/** How GitHub writes things; fields that nobody reads are left out. */

export const idOfLogin = (login: string) =>
  [...login].reduce((sum, char) => sum * 31 + char.charCodeAt(0), 7) % 1_000_003;

export const userJson = (login: string, webUrl: string, type = "User") => ({
  login,
  id: idOfLogin(login),
  type: login.endsWith("[bot]") ? "Bot" : type,
  html_url: `${webUrl}/${login}`,
});

/** As above, with the number that the state names where it matters who is behind a login. */
export const personJson = (login: string, { webUrl, state }: FakeAsk) => ({
  ...userJson(login, webUrl),
  id: state.userIds.get(login.toLowerCase()) ?? idOfLogin(login),
});

export const repositoryJson = (row: FakeRepository, { webUrl, state }: FakeAsk) => ({
  id: row.id,
  name: row.name,
  full_name: fullNameOf(row),
  owner: userJson(row.owner, webUrl, state.owners.get(row.owner.toLowerCase())?.type),
  private: row.visibility !== "public",
  visibility: row.visibility,
  html_url: `${webUrl}/${fullNameOf(row)}`,
  clone_url: `${webUrl}/${fullNameOf(row)}.git`,
  default_branch: row.defaultBranch,
  archived: row.isArchived,
  disabled: false,
  fork: row.isFork,
  size: row.branches.size === 0 ? 0 : 12,
  language: row.language,
  description: row.description,
  topics: row.topics,
  pushed_at: row.pushedAt?.toISOString() ?? null,
});

export const commitJson = (commit: FakeCommit, webUrl: string) => {
  const date = commit.author.date.toISOString();
  const signature = { name: commit.author.name, email: `${commit.author.name}@example.com`, date };
  return {
    sha: commit.sha,
    html_url: `${webUrl}/commit/${commit.sha}`,
    commit: {
      message: commit.message,
      author: signature,
      committer: signature,
      tree: { sha: commit.tree },
    },
    author: commit.author.login ? userJson(commit.author.login, webUrl) : null,
    parents: commit.parents.map((sha) => ({ sha })),
  };
};

export const teamJson = (
  team: FakeTeam,
  teams: readonly FakeTeam[],
  webUrl: string,
  organization: string,
) => {
  const parent = teams.find(({ slug }) => slug === team.parent);
  return {
    id: team.id,
    slug: team.slug,
    name: team.name,
    description: team.description,
    html_url: `${webUrl}/orgs/${organization}/teams/${team.slug}`,
    parent: parent ? { id: parent.id, slug: parent.slug, name: parent.name } : null,
  };
};

export const pullRequestJson = (
  row: FakePullRequest,
  repository: FakeRepository,
  { webUrl, state }: FakeAsk,
) => {
  const name = fullNameOf(repository);
  const head = state.find(row.headRepository);
  return {
    number: row.number,
    title: row.title,
    body: row.body,
    state: row.state,
    html_url: `${webUrl}/${name}/pull/${row.number}`,
    user: userJson(row.author, webUrl),
    base: { ref: row.base, sha: repository.branches.get(row.base) ?? "", repo: { full_name: name } },
    head: {
      ref: row.head,
      sha: head?.branches.get(row.head) ?? "",
      repo: head ? { full_name: fullNameOf(head) } : null,
    },
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
    closed_at: row.closedAt?.toISOString() ?? null,
    merged_at: row.mergedAt?.toISOString() ?? null,
    merge_commit_sha: row.mergeSha,
  };
};

export const appJson = (
  app: { id: number; slug: string; name: string; permissions: Record<string, string> },
  webUrl: string,
) => ({
  id: app.id,
  slug: app.slug,
  name: app.name,
  client_id: `Iv1.${app.id}`,
  html_url: `${webUrl}/apps/${app.slug}`,
  permissions: app.permissions,
  events: [],
});
