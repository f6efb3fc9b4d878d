import { type FakeAsk, type FakeRoute, missing } from "./route.ts";
import { commitJson, personJson, pullRequestJson, repositoryJson, teamJson, userJson } from "./shapes.ts";
import { type FakeCommit, type FakeRepository, fullNameOf } from "./state.ts";

/** The repository that a path names, if the caller may see it. */
export function repositoryOf({ state, params, caller }: FakeAsk): FakeRepository | undefined {
  const found = state.find(`${params.owner}/${params.repo}`);
  return found && isShown(found, caller) ? found : undefined;
}

function isShown(row: FakeRepository, caller: FakeAsk["caller"]): boolean {
  if (row.visibility === "public") return true;
  if (caller.kind === "token") return true;
  if (caller.kind !== "installation") return false;
  const { account, selection, repositories } = caller.installation;
  return (
    row.owner.toLowerCase() === account.toLowerCase() &&
    (selection === "all" || repositories.includes(fullNameOf(row)))
  );
}

/** A commit by its name, a branch's, or null for the default branch. */
export function commitOf(
  { state }: FakeAsk,
  repository: FakeRepository,
  ref: string | null,
): FakeCommit | undefined {
  const name = ref ?? repository.defaultBranch;
  return state.commits.get(repository.branches.get(name.replace(/^refs\/heads\//, "")) ?? name);
}

const withRepository =
  (
    work: (ask: FakeAsk, repository: FakeRepository) => ReturnType<FakeRoute["handle"]>,
  ): FakeRoute["handle"] =>
  (ask) => {
    const found = repositoryOf(ask);
    if (found) return work(ask, found);
    const moved = ask.state.renamed.get(`${ask.params.owner}/${ask.params.repo}`.toLowerCase());
    if (moved === undefined) return missing;
    const rest = ask.url.pathname.split(`/repos/${ask.params.owner}/${ask.params.repo}`)[1] ?? "";
    const location = `${ask.apiUrl}/repositories/${moved}${rest}${ask.url.search}`;
    return {
      status: ask.method === "GET" ? 301 : 307,
      headers: { location },
      body: { message: "Moved Permanently", url: location },
    };
  };

const repo = "/repos/:owner/:repo";
const get = (path: string, needs: string, handle: FakeRoute["handle"]): FakeRoute => ({
  method: "GET",
  path,
  needs,
  handle,
});
const ownerOf = ({ state, params }: FakeAsk) =>
  state.owners.get((params.org ?? params.login ?? "").toLowerCase());
const reposOf = (ask: FakeAsk, owner: string) =>
  [...ask.state.repositories.values()]
    .filter((row) => row.owner.toLowerCase() === owner.toLowerCase() && isShown(row, ask.caller))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((row) => repositoryJson(row, ask));

export const readRoutes: readonly FakeRoute[] = [
  get("/meta", "", () => ({ body: { verifiable_password_authentication: false } })),
  get("/user", "", ({ caller, webUrl }) =>
    caller.kind === "token"
      ? {
          body: { ...userJson(caller.login, webUrl), name: null },
          headers: caller.scopes ? { "x-oauth-scopes": caller.scopes.join(", ") } : {},
        }
      : { status: 403, body: { message: "Resource not accessible by integration" } },
  ),
  get("/rate_limit", "", ({ caller }) => ({
    body: {},
    headers: caller.kind === "token" && caller.scopes ? { "x-oauth-scopes": caller.scopes.join(", ") } : {},
  })),
  get("/user/orgs", "", ({ caller, state }) => ({
    body: [...state.owners.values()]
      .filter(
        (row) => row.type === "Organization" && caller.kind === "token" && row.members.includes(caller.login),
      )
      .map(({ login }) => ({ login })),
  })),
  get("/user/repos", "", (ask) => ({
    body: [...ask.state.repositories.values()].map((row) => repositoryJson(row, ask)),
  })),
  get("/users/:login", "", (ask) => {
    const found = ownerOf(ask);
    return found ? { body: userJson(found.login, ask.webUrl, found.type) } : missing;
  }),
  get("/users/:login/repos", "metadata: read", (ask) =>
    ownerOf(ask) ? { body: reposOf(ask, ask.params.login ?? "") } : missing,
  ),
  get("/orgs/:org", "", (ask) => {
    const found = ownerOf(ask);
    return found?.type === "Organization" ? { body: userJson(found.login, ask.webUrl, found.type) } : missing;
  }),
  get("/orgs/:org/repos", "metadata: read", (ask) =>
    ownerOf(ask)?.type === "Organization" ? { body: reposOf(ask, ask.params.org ?? "") } : missing,
  ),
  get("/orgs/:org/members", "members: read", (ask) => {
    const found = ownerOf(ask);
    return found ? { body: found.members.map((login) => personJson(login, ask)) } : missing;
  }),
  get("/orgs/:org/teams", "members: read", (ask) => {
    const found = ownerOf(ask);
    return found
      ? { body: found.teams.map((team) => teamJson(team, found.teams, ask.webUrl, found.login)) }
      : missing;
  }),
  get("/orgs/:org/teams/:team/members", "members: read", (ask) => {
    const team = ownerOf(ask)?.teams.find(({ slug }) => slug === ask.params.team);
    return team ? { body: team.members.map((login) => personJson(login, ask)) } : missing;
  }),
  get("/orgs/:org/teams/:team/repos", "members: read", (ask) => {
    const team = ownerOf(ask)?.teams.find(({ slug }) => slug === ask.params.team);
    if (!team) return missing;
    const body = team.repositories.flatMap(({ fullName, access }) => {
      const row = ask.state.find(fullName);
      const permissions = { pull: true, push: access !== "pull", admin: access === "admin", maintain: false };
      return row ? [{ ...repositoryJson(row, ask), permissions }] : [];
    });
    return { body };
  }),
  get("/installation/repositories", "metadata: read", (ask) =>
    ask.caller.kind === "installation"
      ? {
          body: [...ask.state.repositories.values()]
            .filter(
              (row) =>
                row.owner.toLowerCase() ===
                  (ask.caller.kind === "installation" ? ask.caller.installation.account.toLowerCase() : "") &&
                isShown(row, ask.caller),
            )
            .map((row) => repositoryJson(row, ask)),
          listKey: "repositories",
        }
      : { status: 403, body: { message: "You must authenticate with an installation access token" } },
  ),
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
  get(
    `${repo}/pulls`,
    "pull_requests: read",
    withRepository((ask, row) => {
      const [state, head] = [ask.url.searchParams.get("state") ?? "open", ask.url.searchParams.get("head")];
      const found = row.pullRequests.filter(
        (pull) =>
          (state === "all" || pull.state === state) && (!head || `${row.owner}:${pull.head}` === head),
      );
      found.sort((a, b) => b.updatedAt.getTime() - a.updatedAt.getTime());
      return { body: found.map((pull) => pullRequestJson(pull, row, ask)) };
    }),
  ),
  get(
    `${repo}/pulls/:number`,
    "pull_requests: read",
    withRepository((ask, row) => {
      const found = row.pullRequests.find(({ number }) => number === Number(ask.params.number));
      return found ? { body: pullRequestJson(found, row, ask) } : missing;
    }),
  ),
  get(
    `${repo}/pulls/:number/files`,
    "pull_requests: read",
    withRepository((ask, row) => {
      const found = row.pullRequests.find(({ number }) => number === Number(ask.params.number));
      const head = found && commitOf(ask, ask.state.find(found.headRepository) ?? row, found.head);
      const base = found && commitOf(ask, row, found.base);
      return base && head ? { body: differences(base, head) } : missing;
    }),
  ),
  get(
    `${repo}/issues/:number/comments`,
    "pull_requests: read",
    withRepository((ask, row) => ({
      body: row.comments
        .filter(({ number }) => number === Number(ask.params.number))
        .map(({ id, author, body }) => ({
          id,
          body,
          user: userJson(author, ask.webUrl),
          html_url: `${ask.webUrl}/comment/${id}`,
        })),
    })),
  ),
  get(
    `${repo}/deployments`,
    "deployments: read",
    withRepository((ask, row) => ({
      body: row.deployments
        .toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime())
        .map(({ id, sha, ref, environment, createdAt, creator }) => ({
          id,
          sha,
          ref,
          environment,
          created_at: createdAt.toISOString(),
          creator: userJson(creator, ask.webUrl),
        })),
    })),
  ),
  get(
    `${repo}/deployments/:id/statuses`,
    "deployments: read",
    withRepository((ask, row) => {
      const found = row.deployments.find(({ id }) => id === Number(ask.params.id));
      if (!found) return missing;
      return {
        body: found.statuses
          .map(({ id, state, createdAt, url }) => ({
            id,
            state,
            created_at: createdAt.toISOString(),
            log_url: url,
            environment_url: "",
          }))
          .reverse(),
      };
    }),
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

function differences(base: FakeCommit, head: FakeCommit) {
  const paths = [...new Set([...base.files.keys(), ...head.files.keys()])].sort();
  return paths.flatMap((filename) => {
    const [before, after] = [base.files.get(filename), head.files.get(filename)];
    if (before?.sha === after?.sha) return [];
    return [{ filename, status: before ? (after ? "modified" : "removed") : "added" }];
  });
}
