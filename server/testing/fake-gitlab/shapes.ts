import { idOfLogin } from "../fake-github/shapes.ts";
import { type FakeDeployment, type FakeRepository, fullNameOf } from "../fake-github/state.ts";
import type { FakeGitlab } from "./route.ts";

const levels = { private: "private", internal: "internal", public: "public" } as const;

export const projectJson = (row: FakeRepository, { webUrl }: FakeGitlab) => ({
  id: row.id,
  path_with_namespace: fullNameOf(row),
  web_url: `${webUrl}/${fullNameOf(row)}`,
  http_url_to_repo: `${webUrl}/${fullNameOf(row)}.git`,
  default_branch: row.branches.size > 0 ? row.defaultBranch : null,
  visibility: levels[row.visibility],
  archived: row.isArchived,
  empty_repo: row.branches.size === 0,
  description: row.description,
  topics: row.topics,
  last_activity_at: row.pushedAt?.toISOString() ?? null,
});
export const memberJson = (username: string, access_level = 30) => ({
  id: idOfLogin(username),
  username,
  name: username,
  state: "active",
  access_level,
});
export const mergeRequestJson = (
  row: FakeRepository,
  pull: FakeRepository["pullRequests"][number],
  fake: FakeGitlab,
) => ({
  iid: pull.number,
  title: pull.title,
  web_url: `${fake.webUrl}/${fullNameOf(row)}/-/merge_requests/${pull.number}`,
  state: pull.mergedAt ? "merged" : pull.state === "open" ? "opened" : "closed",
  author: { username: pull.author },
  target_branch: pull.base,
  source_branch: pull.head,
  sha: row.branches.get(pull.head) ?? null,
  source_project_id: row.id,
  target_project_id: row.id,
  created_at: pull.createdAt.toISOString(),
  updated_at: pull.updatedAt.toISOString(),
});

export const deploymentJson = ({ id, sha, ref, environment, createdAt, creator }: FakeDeployment) => ({
  id,
  sha,
  ref,
  status: "success",
  created_at: createdAt.toISOString(),
  updated_at: createdAt.toISOString(),
  environment: { name: environment },
  user: { username: creator },
});

export const groupJson = (full_path: string) => ({
  id: full_path.length,
  full_path,
  name: full_path,
  description: null,
  web_url: "",
});
