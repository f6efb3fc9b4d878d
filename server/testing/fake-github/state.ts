import { createHash, randomUUID } from "node:crypto";

/** A GitHub in memory, as the REST API shows it: enough of it to be discovered, read, polled, checked and written to. */

export type FakeCommit = {
  sha: string;
  tree: string;
  parents: string[];
  message: string;
  author: { name: string; login: string | null; date: Date };
  files: ReadonlyMap<string, FakeFile>;
};
export type FakeFile = { mode: string; sha: string; content: Buffer };
export type FakePullRequest = {
  number: number;
  title: string;
  body: string;
  state: "open" | "closed";
  author: string;
  base: string;
  head: string;
  headRepository: string;
  createdAt: Date;
  updatedAt: Date;
  closedAt: Date | null;
  mergedAt: Date | null;
  mergeSha: string | null;
};
export type FakeComment = { id: number; number: number; author: string; body: string };
export type FakeCheck = {
  id: number;
  headSha: string;
  body: Record<string, unknown>;
  annotations: unknown[];
};
export type FakeDeployment = {
  id: number;
  sha: string;
  ref: string;
  environment: string;
  createdAt: Date;
  creator: string;
  statuses: { id: number; state: string; createdAt: Date; url: string }[];
};
export type FakeRepository = {
  id: number;
  owner: string;
  name: string;
  visibility: "public" | "internal" | "private";
  isArchived: boolean;
  isFork: boolean;
  language: string | null;
  description: string | null;
  topics: string[];
  defaultBranch: string;
  pushedAt: Date | null;
  /** Branch to its newest commit. */
  branches: Map<string, string>;
  /** Logins that may read it. */
  readers: string[];
  pullRequests: FakePullRequest[];
  comments: FakeComment[];
  checks: FakeCheck[];
  deployments: FakeDeployment[];
};
export type FakeTeam = {
  id: number;
  slug: string;
  name: string;
  description: string | null;
  parent: string | null;
  members: string[];
  repositories: { fullName: string; access: "pull" | "push" | "admin" }[];
};
export type FakeOwner = {
  login: string;
  type: "Organization" | "User";
  members: string[];
  teams: FakeTeam[];
};
export type FakeInstallation = {
  id: number;
  account: string;
  selection: "all" | "selected";
  /** Full names, of a selection. */
  repositories: string[];
  permissions: Record<string, string>;
  suspendedAt: Date | null;
};
export type FakeApp = {
  id: number;
  slug: string;
  name: string;
  /** PEM of the public key that its proofs are checked with. */
  publicKey: string;
  permissions: Record<string, string>;
  installations: FakeInstallation[];
};

type NewRepository = Partial<Omit<FakeRepository, "owner" | "name" | "branches">> & {
  files?: Record<string, string | Buffer>;
  by?: string;
  at?: Date;
};

export class FakeState {
  readonly owners = new Map<string, FakeOwner>();
  readonly repositories = new Map<number, FakeRepository>();
  /** Numbers of people by login in lower case, where it matters who is behind a login. */
  readonly userIds = new Map<string, number>();
  /** Former full name to the id of today. */
  readonly renamed = new Map<string, number>();
  readonly commits = new Map<string, FakeCommit>();
  readonly trees = new Map<string, ReadonlyMap<string, FakeFile>>();
  /** Personal tokens: whose, and the scopes of a classic one (null: fine-grained). */
  readonly tokens = new Map<string, { login: string; scopes: string[] | null }>();
  /** Tokens of installations, as handed out. */
  readonly installationTokens = new Map<string, { installation: FakeInstallation; expiresAt: Date }>();
  /** Codes of manifests that were sent in and wait to be exchanged. */
  readonly manifestCodes = new Map<string, Record<string, unknown>>();
  readonly apps: FakeApp[] = [];
  #last = 1_000;

  nextId(): number {
    this.#last += 1;
    return this.#last;
  }

  owner(login: string, type: FakeOwner["type"] = "Organization", members: string[] = []): FakeOwner {
    const known = this.owners.get(login.toLowerCase());
    if (known) return known;
    const made: FakeOwner = { login, type, members, teams: [] };
    this.owners.set(login.toLowerCase(), made);
    return made;
  }

  team(organization: string, slug: string, options: Partial<Omit<FakeTeam, "id" | "slug">> = {}): FakeTeam {
    const made: FakeTeam = {
      id: this.nextId(),
      slug,
      name: slug,
      description: null,
      parent: null,
      members: [],
      repositories: [],
      ...options,
    };
    this.owner(organization).teams.push(made);
    return made;
  }

  /** A repository with one commit of these files on its default branch; without files it is empty. */
  repository(fullName: string, options: NewRepository = {}): FakeRepository {
    const [owner = "", name = ""] = fullName.split("/");
    this.owner(owner);
    const { files, by, at, ...rest } = options;
    const made: FakeRepository = {
      id: this.nextId(),
      owner,
      name,
      visibility: "private",
      isArchived: false,
      isFork: false,
      language: null,
      description: null,
      topics: [],
      defaultBranch: "main",
      pushedAt: null,
      branches: new Map(),
      readers: [],
      pullRequests: [],
      comments: [],
      checks: [],
      deployments: [],
      ...rest,
    };
    this.repositories.set(made.id, made);
    if (files) this.commit(fullName, files, { ...(by ? { by } : {}), ...(at ? { at } : {}) });
    return made;
  }

  find(fullName: string): FakeRepository | undefined {
    const wanted = fullName.toLowerCase();
    return [...this.repositories.values()].find((row) => fullNameOf(row).toLowerCase() === wanted);
  }

  get(fullName: string): FakeRepository {
    const found = this.find(fullName);
    if (!found) throw new Error(`The fake has no repository ${fullName}`);
    return found;
  }

  rename(fullName: string, name: string): void {
    const repository = this.get(fullName);
    this.renamed.set(fullName.toLowerCase(), repository.id);
    repository.name = name;
  }

  remove(fullName: string): void {
    this.repositories.delete(this.get(fullName).id);
  }

  /** Puts files (null: takes them away) on top of a branch, which begins at the default branch. Answers the commit. */
  commit(
    fullName: string,
    changes: Record<string, string | Buffer | null>,
    options: { branch?: string; message?: string; by?: string; at?: Date } = {},
  ): FakeCommit {
    const repository = this.get(fullName);
    const branch = options.branch ?? repository.defaultBranch;
    const parent = repository.branches.get(branch) ?? repository.branches.get(repository.defaultBranch);
    const files = new Map(parent ? this.commits.get(parent)?.files : []);
    for (const [path, content] of Object.entries(changes))
      if (content === null) files.delete(path);
      else files.set(path, fileOf(content));
    const commit = this.addCommit({
      tree: this.addTree(files),
      parents: parent ? [parent] : [],
      message: options.message ?? "A change",
      by: options.by ?? "ana",
      at: options.at ?? new Date(),
    });
    repository.branches.set(branch, commit.sha);
    repository.pushedAt = options.at ?? new Date();
    return commit;
  }

  addTree(files: ReadonlyMap<string, FakeFile>): string {
    const listed = [...files].map(([path, file]) => [path, file.mode, file.sha]).sort();
    const sha = createHash("sha1")
      .update(`tree ${JSON.stringify(listed)}`)
      .digest("hex");
    this.trees.set(sha, files);
    return sha;
  }

  addCommit(commit: { tree: string; parents: string[]; message: string; by: string; at: Date }): FakeCommit {
    const sha = createHash("sha1")
      .update(`commit ${JSON.stringify(commit)} ${randomUUID()}`)
      .digest("hex");
    const { tree, parents, message, by, at } = commit;
    const author = { name: by, login: by, date: at };
    const made: FakeCommit = {
      sha,
      tree,
      parents,
      message,
      author,
      files: this.trees.get(tree) ?? new Map(),
    };
    this.commits.set(sha, made);
    return made;
  }

  pullRequest(
    fullName: string,
    input: { head: string; title?: string; base?: string; author?: string; body?: string; at?: Date },
  ): FakePullRequest {
    const repository = this.get(fullName);
    const at = input.at ?? new Date();
    const made: FakePullRequest = {
      number: repository.pullRequests.length + 1,
      title: input.title ?? "A pull request",
      body: input.body ?? "",
      state: "open",
      author: input.author ?? "ana",
      base: input.base ?? repository.defaultBranch,
      head: input.head,
      headRepository: fullName,
      createdAt: at,
      updatedAt: at,
      closedAt: null,
      mergedAt: null,
      mergeSha: null,
    };
    repository.pullRequests.push(made);
    return made;
  }

  deployment(
    fullName: string,
    input: { environment: string; at: Date; sha?: string; states?: string[]; by?: string },
  ): FakeDeployment {
    const repository = this.get(fullName);
    const made: FakeDeployment = {
      id: this.nextId(),
      sha: input.sha ?? repository.branches.get(repository.defaultBranch) ?? "0".repeat(40),
      ref: repository.defaultBranch,
      environment: input.environment,
      createdAt: input.at,
      creator: input.by ?? "ana",
      statuses: (input.states ?? ["success"]).map((state, index) => ({
        id: this.nextId(),
        state,
        createdAt: new Date(input.at.getTime() + (index + 1) * 60_000),
        url: "",
      })),
    };
    repository.deployments.push(made);
    return made;
  }
}

export const fullNameOf = (row: Pick<FakeRepository, "owner" | "name">) => `${row.owner}/${row.name}`;

/** Named as git names a blob. */
export function fileOf(content: string | Buffer): FakeFile {
  const bytes = Buffer.from(content);
  const sha = createHash("sha1").update(`blob ${bytes.byteLength}\0`).update(bytes).digest("hex");
  return { mode: "100644", sha, content: bytes };
}
