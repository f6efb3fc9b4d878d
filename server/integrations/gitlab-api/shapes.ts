import { z } from "zod";

/** What is read of GitLab's REST answers (version 4), and nothing else of them. */

const moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const someText = z
  .string()
  .nullish()
  .transform((text) => text || null);
const id = z.union([z.number(), z.string()]).transform(String);

export const Project = z.object({
  id,
  path_with_namespace: z.string(),
  web_url: z.string(),
  http_url_to_repo: z.string(),
  default_branch: someText,
  visibility: z.enum(["public", "internal", "private"]).default("private"),
  /** A public project may keep its repository to its members. Absent where the host does not tell this token. */
  repository_access_level: z.string().optional(),
  archived: z.boolean().default(false),
  empty_repo: z.boolean().default(false),
  forked_from_project: z.object({ id }).nullish(),
  description: someText,
  topics: z.array(z.string()).default([]),
  last_activity_at: moment.nullish(),
});
export type Project = z.infer<typeof Project>;

export const Branch = z.object({ name: z.string(), commit: z.object({ id: z.string() }) });
export const TreeEntry = z.object({ id: z.string(), path: z.string(), type: z.string(), mode: z.string() });

export const Diff = z.object({
  old_path: z.string(),
  new_path: z.string(),
  new_file: z.boolean().default(false),
  renamed_file: z.boolean().default(false),
  deleted_file: z.boolean().default(false),
});
export const Comparison = z.object({
  diffs: z.array(Diff).default([]),
  compare_timeout: z.boolean().default(false),
});

export const Commit = z.object({
  id: z.string(),
  message: z.string(),
  author_name: z.string().default(""),
  authored_date: moment,
  committed_date: moment,
  parent_ids: z.array(z.string()).default([]),
});

export const Group = z.object({
  id,
  full_path: z.string(),
  name: z.string(),
  description: someText,
  web_url: z.string().default(""),
});
export const Member = z.object({
  id,
  username: z.string(),
  name: someText,
  web_url: z.string().default(""),
  /** "awaiting" and "blocked" people are none that read. */
  state: z.string().default("active"),
  access_level: z.number().default(0),
});

export const Deployment = z.object({
  id,
  sha: z.string(),
  ref: z.string(),
  status: z.string(),
  created_at: moment,
  updated_at: moment,
  environment: z.object({ name: z.string() }),
  user: z.object({ username: z.string() }).nullish(),
  deployable: z.object({ web_url: z.string().optional() }).nullish(),
});

export const MergeRequest = z.object({
  iid: z.number(),
  title: z.string(),
  web_url: z.string(),
  state: z.string(),
  author: z.object({ username: z.string() }).nullish(),
  target_branch: z.string(),
  source_branch: z.string(),
  sha: someText,
  source_project_id: id.nullish(),
  target_project_id: id.nullish(),
  diff_refs: z.object({ base_sha: someText, head_sha: someText }).nullish(),
  created_at: moment,
  updated_at: moment,
  closed_at: moment.nullish(),
  merged_at: moment.nullish(),
  merge_commit_sha: someText,
  draft: z.boolean().default(false),
  labels: z.array(z.string()).default([]),
});

export const Issue = z.object({
  iid: z.number(),
  title: z.string(),
  description: someText,
  labels: z.array(z.string()).default([]),
  created_at: moment,
  updated_at: moment,
  closed_at: moment.nullish(),
});

export const Note = z.object({
  id,
  body: z.string().default(""),
  system: z.boolean().default(false),
  author: z.object({ username: z.string() }).nullish(),
});
export const Status = z.object({ id });
export const User = z.object({ id, username: z.string(), name: someText });
export const Token = z.object({ scopes: z.array(z.string()).default([]), expires_at: someText });
