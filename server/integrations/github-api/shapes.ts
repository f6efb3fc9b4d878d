import { z } from "zod";

/** What is read of GitHub's REST answers (version 2022-11-28), and nothing else of them. */

const moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const someText = z
  .string()
  .nullish()
  .transform((text) => text ?? null);
const id = z.union([z.number(), z.string()]).transform(String);
const person = z.object({ login: z.string() }).nullish();
export const loginOf = (who: { login: string } | null | undefined): string | null => who?.login ?? null;

export const Repository = z.object({
  id,
  full_name: z.string(),
  html_url: z.string(),
  clone_url: z.string(),
  default_branch: z.string().default("main"),
  private: z.boolean(),
  visibility: z.enum(["public", "internal", "private"]).optional(),
  archived: z.boolean().default(false),
  disabled: z.boolean().default(false),
  fork: z.boolean().default(false),
  size: z.number().default(0),
  language: someText,
  description: someText,
  topics: z.array(z.string()).default([]),
  pushed_at: moment.nullish(),
});
export type Repository = z.infer<typeof Repository>;

export const Ref = z.object({ object: z.object({ sha: z.string() }) });

export const Tree = z.object({
  sha: z.string(),
  truncated: z.boolean().default(false),
  tree: z.array(
    z.object({
      path: z.string(),
      mode: z.string(),
      type: z.string(),
      sha: z.string(),
      size: z.number().optional(),
    }),
  ),
});

export const Contents = z.object({
  type: z.string(),
  size: z.number().default(0),
  encoding: z.string().optional(),
  content: z.string().optional(),
});

export const ChangedFile = z.object({
  filename: z.string(),
  status: z.string(),
  previous_filename: z.string().optional(),
});
export const Comparison = z.object({
  merge_base_commit: z.object({ sha: z.string() }).optional(),
  files: z.array(ChangedFile).default([]),
});

const signature = z.object({ name: z.string().default(""), date: moment });
export const Commit = z.object({
  sha: z.string(),
  commit: z.object({ message: z.string(), author: signature, committer: signature }),
  // An empty object where the address belongs to nobody.
  author: z.object({ login: z.string().optional() }).nullish(),
  parents: z.array(z.object({ sha: z.string() })).default([]),
});

export const Team = z.object({
  id,
  slug: z.string(),
  name: z.string(),
  description: someText,
  html_url: z.string().default(""),
  parent: z.object({ slug: z.string() }).nullish(),
});
export const Member = z.object({ id, login: z.string(), name: someText, html_url: z.string().default("") });
const permissions = z
  .object({ admin: z.boolean(), push: z.boolean(), pull: z.boolean(), maintain: z.boolean() })
  .partial()
  .default({});
export const TeamRepository = z.object({ full_name: z.string(), permissions });
export const Collaborator = z.object({ id, login: z.string(), permissions });

export const Deployment = z.object({
  id,
  sha: z.string(),
  ref: z.string(),
  environment: z.string(),
  created_at: moment,
  creator: person,
  task: someText,
  production_environment: z.boolean().nullish(),
  transient_environment: z.boolean().nullish(),
});
export const DeploymentStatus = z.object({
  id,
  state: z.string(),
  created_at: moment,
  environment_url: someText,
  log_url: someText,
});

const side = z.object({
  ref: z.string(),
  sha: z.string(),
  repo: z.object({ full_name: z.string() }).nullish(),
});
export const PullRequest = z.object({
  number: z.number(),
  title: z.string(),
  html_url: z.string(),
  state: z.string(),
  user: person,
  base: side,
  head: side,
  created_at: moment,
  updated_at: moment,
  closed_at: moment.nullish(),
  merged_at: moment.nullish(),
  merge_commit_sha: someText,
  draft: z.boolean().nullish(),
  labels: z.array(z.object({ name: z.string() })).default([]),
});

export const Issue = z.object({
  number: z.number(),
  title: z.string(),
  body: someText,
  // Of old issues a label may be mere text.
  labels: z.array(z.union([z.string(), z.object({ name: someText })])).default([]),
  created_at: moment,
  updated_at: moment,
  closed_at: moment.nullish(),
  /** Only of pull requests, which the list of issues holds too. */
  pull_request: z.unknown().optional(),
});

export const Hook = z.object({ id, active: z.boolean(), config: z.object({ url: z.string().default("") }) });
export const HookConfig = z.object({ url: z.string().default("") });
export const HookDelivery = z.object({
  id,
  guid: z.string(),
  delivered_at: moment,
  status: z.string(),
  status_code: z.number().nullish(),
  event: z.string(),
  action: someText,
  repository_id: id.nullish(),
});

export const CheckRun = z.object({ id });
export const Comment = z.object({
  id,
  html_url: z.string().default(""),
  body: z.string().nullish(),
  user: person,
});
export const Sha = z.object({ sha: z.string() });
export const GitCommit = z.object({ sha: z.string(), tree: z.object({ sha: z.string() }) });

export const User = z.object({ id, login: z.string(), name: someText, type: z.string().default("User") });
export const Account = z.object({ login: z.string(), type: z.string().optional() });

export const App = z.object({
  id,
  slug: z.string(),
  name: z.string(),
  html_url: z.string().default(""),
  client_id: someText,
  permissions: z.record(z.string(), z.string()).default({}),
  events: z.array(z.string()).default([]),
});
export const Installation = z.object({
  id,
  account: Account.nullish(),
  target_type: z.string().default("Organization"),
  repository_selection: z.enum(["all", "selected"]).default("all"),
  permissions: z.record(z.string(), z.string()).default({}),
  suspended_at: moment.nullish(),
});
export type Installation = z.infer<typeof Installation>;

/** The answer to the code of a manifest: the only time that the App's secrets are told. */
export const MadeApp = App.extend({
  pem: z.string(),
  webhook_secret: someText,
  client_secret: someText,
  owner: Account.nullish(),
});
export type MadeApp = z.infer<typeof MadeApp>;
