import type { Refusal } from "#server/core/refusal.ts";

/** What a connection may be permitted at its host. */
export const hostAbilities = [
  "readContents",
  "readMembers",
  "readDeployments",
  "readPullRequests",
  "writeChecks",
  "writePullRequests",
  "writeContents",
] as const;
export type HostAbility = (typeof hostAbilities)[number];

/** The hosts of repositories that a connection can lead to. */
export const sourceKinds = ["github", "gitlab"] as const;
export type SourceKind = (typeof sourceKinds)[number];

export const kindNames: Record<SourceKind, string> = { github: "GitHub", gitlab: "GitLab" };

/** By what the host knows us: a token that somebody made there, or a GitHub App. */
export type Auth = "token" | "app";

export const publicHosts: Record<SourceKind, { webUrl: string; apiUrl: string }> = {
  github: { webUrl: "https://github.com", apiUrl: "https://api.github.com" },
  gitlab: { webUrl: "https://gitlab.com", apiUrl: "https://gitlab.com/api/v4" },
};

const trimmed = (url: string) => url.trim().replace(/\/+$/, "");

/**
 * Where the API of a host is, by its web address: GitHub Enterprise Server below /api/v3, GitHub with data residency
 * (acme.ghe.com) at api., GitLab below /api/v4.
 */
export function apiUrlOf(kind: SourceKind, webUrl: string): string {
  const web = trimmed(webUrl);
  const known = publicHosts[kind];
  if (web === known.webUrl) return known.apiUrl;
  if (kind === "gitlab") return `${web}/api/v4`;
  const host = URL.parse(web)?.hostname ?? "";
  return host.endsWith(".ghe.com") ? web.replace("://", "://api.") : `${web}/api/v3`;
}

/** How often a connection without webhooks is looked through, in minutes. */
export const pollChoices = [5, 10, 30, 60, 360] as const;
export const usualPollMinutes = 10;

/** Of a rate limit, this much in a hundred is left to others who use the same credentials. */
export const usualReservePercent = 20;

/** What a permission is for, in the words of the page. */
export const abilityWords: Record<HostAbility, { name: string; without: string }> = {
  readContents: { name: "Read files", without: "No catalog file can be found or read." },
  readMembers: {
    name: "Read teams and members",
    without: "Teams and people do not come by themselves; owners have to be written in files.",
  },
  readDeployments: {
    name: "Read deployments",
    without: "Deployments before the first webhook are not known: delivery figures begin today.",
  },
  readPullRequests: {
    name: "Read pull requests",
    without: "Lead times cannot be told, and pull requests are not checked.",
  },
  writeChecks: {
    name: "Write checks",
    without: "A pull request that breaks the catalog shows no check; the comment alone says so.",
  },
  writePullRequests: {
    name: "Comment on pull requests and open them",
    without: "Nobody is told in the pull request; adopting a service leads to the host's own new-file page.",
  },
  writeContents: {
    name: "Write branches",
    without: "The portal cannot propose a catalog file by itself; it hands over the text instead.",
  },
};

/** The App's permissions, as GitHub names them. Reading comes first; each that writes is chosen one by one. */
export const appReadPermissions: Readonly<Record<string, "read">> = {
  metadata: "read",
  contents: "read",
  members: "read",
  deployments: "read",
  pull_requests: "read",
  actions: "read",
  issues: "read",
};
export const appWrites = ["checks", "pull_requests", "contents"] as const;
export type AppWrite = (typeof appWrites)[number];
export const writeAbility: Record<AppWrite, HostAbility> = {
  checks: "writeChecks",
  pull_requests: "writePullRequests",
  contents: "writeContents",
};

/** Events that an App with these permissions is told; those of installations come by themselves. */
export const appEvents: readonly string[] = [
  "push",
  "repository",
  "pull_request",
  "pull_request_review",
  "deployment",
  "deployment_status",
  "workflow_run",
  "release",
  "issues",
  "member",
  "membership",
  "team",
  "organization",
];

/** What an App's permissions, as granted to an installation, let it do. */
export function abilitiesOfApp(granted: Readonly<Record<string, string>>): Record<HostAbility, boolean> {
  const reads = (name: string) => granted[name] !== undefined;
  const writes = (name: string) => granted[name] === "write" || granted[name] === "admin";
  return {
    readContents: reads("contents"),
    readMembers: reads("members"),
    readDeployments: reads("deployments"),
    readPullRequests: reads("pull_requests"),
    writeChecks: writes("checks"),
    writePullRequests: writes("pull_requests"),
    writeContents: writes("contents"),
  };
}

/** What the scopes of a classic token let it do; a fine-grained one says nothing of itself (`null`). */
export function abilitiesOfScopes(scopes: readonly string[] | null): Record<HostAbility, boolean | null> {
  const has = (...any: string[]) => (scopes === null ? null : any.some((scope) => scopes.includes(scope)));
  const repository = has("repo", "public_repo");
  return {
    readContents: scopes === null ? null : true,
    readMembers: has("read:org", "write:org", "admin:org", "repo"),
    readDeployments: has("repo", "repo_deployment", "public_repo"),
    readPullRequests: scopes === null ? null : true,
    // Check runs belong to Apps alone.
    writeChecks: false,
    writePullRequests: repository,
    writeContents: repository,
  };
}

export type ConnectionState = "off" | "unchecked" | "working" | "failing";
export const stateWords: Record<ConnectionState, string> = {
  off: "Switched off",
  unchecked: "Being checked",
  working: "Working",
  failing: "Failing",
};

export type BudgetRow = {
  /** "token", or the account of the installation. */
  holder: string;
  limit: number | null;
  remaining: number | null;
  resetAt: Date | null;
  pausedUntil: Date | null;
};

export type InstallationRow = {
  externalId: string;
  account: string;
  accountType: "organization" | "person";
  selection: "all" | "selected";
  suspendedAt: Date | null;
  /** What this installation was not granted of what the App may ask for. */
  missing: HostAbility[];
};

export type Owner = { login: string; type: "organization" | "person" };

/** A connection as the page shows it. Its secrets have no way back. */
export type ConnectionItem = {
  id: string;
  kind: SourceKind;
  auth: Auth;
  name: string;
  webUrl: string;
  apiUrl: string;
  owners: Owner[];
  ca: string | null;
  proxyUrl: string | null;
  privateRanges: string[];
  pollMinutes: number;
  reservePercent: number;
  app: { id: string; slug: string | null; clientId: string | null; installUrl: string | null } | null;
  state: ConnectionState;
  checkedAt: Date | null;
  succeededAt: Date | null;
  failure: string | null;
  failedAt: Date | null;
  identity: string | null;
  abilities: Partial<Record<HostAbility, boolean | null>>;
  notes: string[];
  budgets: BudgetRow[];
  installations: InstallationRow[];
  /** Webhooks of its own come in, the last one then; null: it is polled. */
  webhookAt: Date | null;
  hasWebhookSecret: boolean;
  webhookPath: string;
  /** Repositories known through it, and when the whole of them was last looked through. */
  repositories: number;
  listedAt: Date | null;
  /** Entries of the catalogue that came from its repositories. */
  entries: number;
  secretSetAt: Date | null;
};

export type ConnectionList = { items: ConnectionItem[]; may: { manage: Refusal | null } };

/** One thing that a test looked at. */
export type Check = { name: string; state: "passed" | "failed" | "warning"; message: string };
export type ConnectionTest = { checks: Check[]; owners: Owner[]; identity: string | null };

/** Why an App that GitHub made was not taken over; the address carries nothing but this word. */
export const manifestProblems = ["begun-elsewhere", "name-taken", "not-exchanged"] as const;
export type ManifestProblem = (typeof manifestProblems)[number];
export const manifestProblemWords: Record<ManifestProblem, string> = {
  "begun-elsewhere":
    "It was begun in another browser, by somebody else, or more than an hour ago. Delete the App at GitHub, then begin again.",
  "name-taken": "There is a connection of that name already. Delete the App at GitHub, then begin again.",
  "not-exchanged":
    "GitHub did not hand out the App's key. Delete the App at GitHub, then begin again; the portal's log says more.",
};
