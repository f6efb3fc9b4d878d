import type { HostAbility } from "./model.ts";

/**
 * A host of repositories (GitHub, GitHub Enterprise Server, GitLab), as seen through one connection. Everything that is
 * read from it goes through this, so that whoever asks knows neither the host's API nor its credentials.
 *
 * Every method may throw a DomainError whose message is a plain sentence:
 * `unavailable` (down, too slow, a page in place of data, credentials refused), `too_many` (a TooManyError with
 * `retryAfterSeconds`: the rate limit, or the part of it that is ours, is used up), `not_found` (no such thing, or hidden
 * from this connection), `forbidden` (a permission is missing; the sentence names it), `invalid` (the address may not be
 * asked). "Permission" names the App's permission; of a classic token it is the scope `repo` (and `read:org` for people).
 *
 * `repo` is always the full name: `owner/name`, on GitLab `group/subgroup/project`.
 */
export type SourceHost = {
  kind: "github" | "gitlab";
  connectionId: string;
  connectionName: string;
  /** Where people see it, without a slash behind: `https://github.com`. */
  webUrl: string;

  /**
   * All repositories that the connection shows, page by page; unchanged pages cost no rate limit. An owner that is hidden or
   * gone (`forbidden`, `not_found`) is told in the end, after the repositories of the others. Permission: metadata.
   */
  listRepositories: () => AsyncGenerator<HostRepository[]>;
  /** Follows renames: the answer has the name of today. Permission: metadata. */
  getRepository: (repo: string) => Promise<HostRepository>;

  /** The newest commit of a branch (null: of the default branch); `not_found` where there is none. An unchanged one costs no rate limit. Permission: contents, read. */
  resolveBranch: (repo: string, branch: string | null) => Promise<string>;
  /** Every file of a commit, folders left out. `isCut`: the host did not send all. Permission: contents, read. */
  readTree: (repo: string, ref: string) => Promise<HostTree>;
  /** At most `maxBytes` (5 MB unless told). Permission: contents, read. */
  readFile: (repo: string, path: string, ref: string, maxBytes?: number) => Promise<Buffer>;
  /** What differs between two commits. Permission: contents, read. */
  compare: (repo: string, base: string, head: string) => Promise<HostComparison>;
  /** What a branch, a tag or a commit leads to, the newest first, down to `since`. Permission: contents, read. */
  listCommits: (repo: string, branch: string | null, since: Date) => AsyncGenerator<HostCommit[]>;

  /** Teams of all organisations; on GitLab the groups below the connected one. Permission: members, read (organisation). */
  listTeams: () => AsyncGenerator<HostTeam[]>;
  listTeamMembers: (team: HostTeam) => AsyncGenerator<HostMember[]>;
  listTeamRepositories: (team: HostTeam) => AsyncGenerator<HostTeamRepository[]>;
  /** Members of all organisations. Permission: members, read (organisation). */
  listMembers: () => AsyncGenerator<HostMember[]>;
  /** Who may read a repository, each once. Permission: metadata (App), or push access of the token's person. */
  listReaders: (repo: string) => Promise<HostReader[]>;

  /**
   * Deployments of a repository, the newest first (on GitLab those that changed last), down to `since`. This list and the
   * next two begin with `firstPage`, counted from 1. Permission: deployments, read.
   */
  listDeployments: (repo: string, since: Date, firstPage?: number) => AsyncGenerator<HostDeployment[]>;
  /** Permission: deployments, read. */
  listDeploymentStatuses: (repo: string, deploymentId: string) => Promise<HostDeploymentStatus[]>;
  /** Merged, closed and open ones that changed since. Permission: pull requests, read. */
  listPullRequests: (repo: string, since: Date, firstPage?: number) => AsyncGenerator<HostPullRequest[]>;
  /** Permission: pull requests, read. */
  getPullRequest: (repo: string, number: number) => Promise<HostPullRequest>;
  /** Issues with this label that changed since, of any state. Permission: issues, read. */
  listIssues: (repo: string, label: string, since: Date, firstPage?: number) => AsyncGenerator<HostIssue[]>;
  /** Files that a pull request changes. Permission: pull requests, read. */
  listPullRequestFiles: (repo: string, number: number) => Promise<HostChangedFile[]>;

  /** Permission: checks, write (GitLab: commit statuses of `api`). Returns its id. */
  createCheckRun: (repo: string, check: HostCheck) => Promise<string>;
  updateCheckRun: (repo: string, id: string, check: HostCheck) => Promise<void>;
  /**
   * Writes the one comment that carries the marker, or changes it; an unchanged one is left alone.
   * Permission: pull requests, write.
   */
  upsertComment: (repo: string, number: number, marker: string, body: string) => Promise<HostComment>;
  /**
   * A branch with these files upon the default branch, and a pull request of it. A branch that exists gets the files on
   * top, an open pull request of it is answered as it is. Permission: contents, write, and pull requests, write.
   */
  openPullRequest: (repo: string, proposal: HostProposal) => Promise<HostOpenedPullRequest>;

  /** Its hooks and what they have sent; null where the host keeps no list of that. */
  hooks: HostHooks | null;

  /** User name and password for git over https, for repositories of this owner (or group). Permission: contents, read. */
  gitCredentials: (owner: string) => Promise<{ user: string; password: string }>;
  /** What the connection may do, as the host says; what it does not say is null. */
  readAbilities: () => Promise<HostAbilities>;
  /** As whom the host knows the credentials, and what they open. */
  readIdentity: () => Promise<HostIdentity>;
  /** An organisation, group or person by name; null where there is none that the connection sees. */
  findOwner: (login: string) => Promise<{ login: string; type: "organization" | "person" } | null>;
  /** What is left of the rate limit as last heard. Null before the first answer, or where the host has no limit. */
  budget: () => HostBudget | null;
  /** Writes down what was heard of the rate limit, and ends what is open. */
  close: () => Promise<void>;
};

export type HostRepository = {
  /** The host's own number: stays when the repository is renamed or moved. */
  externalId: string;
  fullName: string;
  url: string;
  cloneUrl: string;
  defaultBranch: string;
  visibility: "public" | "internal" | "private";
  isArchived: boolean;
  isFork: boolean;
  /** Nothing was ever pushed, as far as a list tells: `resolveBranch` knows for sure. */
  isEmpty: boolean;
  language: string | null;
  description: string | null;
  topics: string[];
  pushedAt: Date | null;
};

/** `sha` is git's own name of the contents, the same on every host; `mode` git's, such as 100644, 120000 for a link. */
export type HostTreeEntry = { path: string; sha: string; mode: string; size: number | null };
export type HostTree = { commit: string; entries: HostTreeEntry[]; isCut: boolean };

export type HostChangedFile = {
  path: string;
  /** Where it was before, of a renamed one. */
  formerPath: string | null;
  state: "added" | "changed" | "removed" | "renamed";
};
/**
 * `base`: the newest commit that both sides have, from which the differences count (where the host tells it; else the one
 * that was asked for). `isCut`: the host tells only the first 300 files.
 */
export type HostComparison = { base: string; head: string; files: HostChangedFile[]; isCut: boolean };

export type HostCommit = {
  sha: string;
  message: string;
  authorName: string;
  /** Null where the author's address belongs to no account. */
  authorLogin: string | null;
  authoredAt: Date;
  committedAt: Date;
  parents: string[];
};

export type HostTeam = {
  externalId: string;
  /** Organisation or group that the team belongs to. */
  organization: string;
  slug: string;
  name: string;
  description: string | null;
  url: string;
  /** Slug of the team above, of the same organisation. */
  parentSlug: string | null;
};
export type HostMember = { externalId: string; login: string; name: string | null; url: string };
/** `externalId` is the host's own number of the person, the same under every login; `login` in lower case. */
export type HostReader = Pick<HostMember, "externalId" | "login">;
export type HostTeamRepository = { fullName: string; access: "read" | "write" | "admin" };

export type HostDeployment = {
  id: string;
  sha: string;
  ref: string;
  environment: string;
  createdAt: Date;
  creatorLogin: string | null;
  /** What the host says of it; null where it says nothing. */
  task: string | null;
  isProduction: boolean | null;
  isTransient: boolean | null;
};
export type HostDeploymentStatus = { id: string; state: string; createdAt: Date; url: string | null };

export type HostPullRequest = {
  number: number;
  title: string;
  url: string;
  state: "open" | "closed" | "merged";
  authorLogin: string | null;
  baseBranch: string;
  baseSha: string;
  headBranch: string;
  headSha: string;
  /** Where the branch lies, when it is another repository (a fork). */
  headRepository: string | null;
  createdAt: Date;
  updatedAt: Date;
  closedAt: Date | null;
  mergedAt: Date | null;
  mergeSha: string | null;
  isDraft: boolean;
  labels: string[];
};

export type HostIssue = {
  number: number;
  title: string;
  body: string | null;
  labels: string[];
  createdAt: Date;
  updatedAt: Date;
  closedAt: Date | null;
};

export type HostHooks = {
  /**
   * The App's one hook; of a token those of its organisations and of the repositories that are named, as far as it may see
   * them (`hidden` counts the others). Permission: of a token webhooks, read, of the organisation and the repository.
   */
  list: (repos: readonly string[]) => Promise<{ hooks: HostHook[]; hidden: number }>;
  /** Attempts to deliver, the newest first, down to `since`. A host keeps them for some days (`HostHooks.keptDays`). */
  listDeliveries: (hook: HostHook, since: Date) => AsyncGenerator<HostDelivery[]>;
  /** Has it delivered once more, with the same GUID. Permission: of a token webhooks, write. */
  redeliver: (hook: HostHook, deliveryId: string) => Promise<void>;
  keptDays: number;
};
export type HostHook = {
  id: string;
  kind: "app" | "organization" | "repository";
  /** The App's number, the organisation, or the repository's full name. */
  owner: string;
  isActive: boolean;
  /** Where it sends to. */
  url: string;
};
export type HostDelivery = {
  id: string;
  guid: string;
  deliveredAt: Date;
  /** What it heard: "OK", "Invalid HTTP Response: 503", "timed out". */
  status: string;
  event: string;
  action: string | null;
  /** The host's number of the repository that it is about. */
  repositoryNumber: string | null;
};

export type HostCheck = {
  name: string;
  headSha: string;
  status: "queued" | "in_progress" | "completed";
  /** Of a completed one. */
  conclusion?: "success" | "failure" | "neutral" | "action_required" | "skipped";
  title: string;
  /** Markdown; at most 65,535 characters are kept. */
  summary: string;
  detailsUrl?: string;
  /** Where in files something is said; any number, sent fifty at once. */
  annotations?: readonly HostAnnotation[];
};
export type HostAnnotation = {
  path: string;
  line: number;
  level: "notice" | "warning" | "failure";
  message: string;
};
export type HostComment = { id: string; url: string; did: "created" | "changed" | "unchanged" };

export type HostProposal = {
  branch: string;
  /** Contents as text, by path; null removes the file. */
  files: Readonly<Record<string, string | null>>;
  title: string;
  body: string;
  /** Of the commit; the title unless told. */
  message?: string;
};
export type HostOpenedPullRequest = { number: number; url: string; isNew: boolean };

/** `remaining` of `limit` requests until `resetAt`; `reserve` of them are left to others who use the same credentials. */
export type HostBudget = { limit: number; remaining: number; reserve: number; resetAt: Date };

/** True: it may; false: it may not; null: the host does not say until it is tried. */
export type HostAbilities = Readonly<Record<HostAbility, boolean | null>>;
export type HostIdentity = {
  /** A login, or the App's name. */
  name: string;
  abilities: HostAbilities;
  /** When a token ends; null: never, or not told. */
  expiresAt: Date | null;
  /** Scopes of a classic token; null where there are none or the host does not tell. */
  scopes: string[] | null;
  /** Organisations or groups that the token's person belongs to, as far as the token may tell. */
  organizations: string[];
  app: { slug: string; clientId: string | null; installUrl: string } | null;
  /** Where an App is installed; null of a token. */
  installations: HostInstallation[] | null;
};
export type HostInstallation = {
  externalId: string;
  account: string;
  accountType: "organization" | "person";
  selection: "all" | "selected";
  permissions: Readonly<Record<string, string>>;
  suspendedAt: Date | null;
};
