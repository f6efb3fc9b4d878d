import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { idOfLogin } from "../fake-github/shapes.ts";
import { type FakeDeployment, type FakeRepository, FakeState, fullNameOf } from "../fake-github/state.ts";

/**
 * A GitLab in memory, as its REST API (version 4) shows it, over the same state as the fake GitHub: owners are groups,
 * teams the groups below them, pull requests merge requests. It has no conditional answers.
 */
export type FakeGitlab = {
  state: FakeState;
  webUrl: string;
  apiUrl: string;
  token: string;
  asked: { method: string; path: string; status: number }[];
  /** Commit states by commit. */
  statuses: { sha: string; body: Record<string, unknown> }[];
};

type Ask = { fake: FakeGitlab; params: string[]; query: URLSearchParams; body: Record<string, unknown> };
type Answer = { status?: number; headers?: Record<string, string>; body: unknown };
type Route = [method: string, pattern: RegExp, handle: (ask: Ask) => Answer];

const missing: Answer = { status: 404, body: { message: "404 Not Found" } };
const levels = { private: "private", internal: "internal", public: "public" } as const;

const projectJson = (row: FakeRepository, { webUrl }: FakeGitlab) => ({
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
const memberJson = (username: string, access_level = 30) => ({
  id: idOfLogin(username),
  username,
  name: username,
  state: "active",
  access_level,
});
const mergeRequestJson = (
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

const project =
  (work: (ask: Ask, row: FakeRepository) => Answer) =>
  (ask: Ask): Answer => {
    const row = ask.fake.state.find(ask.params[0] ?? "");
    return row ? work(ask, row) : missing;
  };
const commitAt = ({ fake, query }: Ask, row: FakeRepository, ref = query.get("ref") ?? row.defaultBranch) =>
  fake.state.commits.get(row.branches.get(ref) ?? ref);

const p = "^/projects/([^/]+)";
const routes: readonly Route[] = [
  ["GET", /^\/user$/, () => ({ body: memberJson("ana") })],
  [
    "GET",
    /^\/personal_access_tokens\/self$/,
    () => ({ body: { scopes: ["api"], expires_at: "2030-01-01" } }),
  ],
  [
    "GET",
    /^\/groups$/,
    ({ fake }) => ({ body: [...fake.state.owners.values()].map((row) => groupJson(row.login)) }),
  ],
  [
    "GET",
    /^\/groups\/([^/]+)$/,
    ({ fake, params }) => {
      const found = fake.state.owners.get((params[0] ?? "").toLowerCase());
      return found ? { body: groupJson(found.login) } : missing;
    },
  ],
  ["GET", /^\/users$/, () => ({ body: [] })],
  [
    "GET",
    /^\/groups\/([^/]+)\/projects$/,
    ({ fake, params }) => ({
      body: [...fake.state.repositories.values()]
        .filter((row) => row.owner === params[0])
        .map((row) => projectJson(row, fake)),
    }),
  ],
  [
    "GET",
    /^\/groups\/([^/]+)\/descendant_groups$/,
    ({ fake, params }) => ({
      body: (fake.state.owners.get(params[0] ?? "")?.teams ?? []).map(({ slug }) =>
        groupJson(`${params[0]}/${slug}`),
      ),
    }),
  ],
  [
    "GET",
    /^\/groups\/([^/]+)\/members(?:\/all)?$/,
    ({ fake, params }) => {
      const [group = "", slug] = (params[0] ?? "").split("/", 2);
      const owner = fake.state.owners.get(group);
      const members = slug ? owner?.teams.find((team) => team.slug === slug)?.members : owner?.members;
      return members ? { body: members.map((login) => memberJson(login)) } : missing;
    },
  ],
  ["GET", new RegExp(`${p}$`), project(({ fake }, row) => ({ body: projectJson(row, fake) }))],
  [
    "GET",
    new RegExp(`${p}/members/all$`),
    project((_, row) => ({
      body: [...row.readers.map((login) => memberJson(login)), memberJson("guest", 10)],
    })),
  ],
  [
    "GET",
    new RegExp(`${p}/repository/branches/([^/]+)$`),
    project(({ params }, row) => {
      const id = row.branches.get(params[1] ?? "");
      return id ? { body: { name: params[1], commit: { id } } } : missing;
    }),
  ],
  [
    "GET",
    new RegExp(`${p}/repository/tree$`),
    project((ask, row) => ({
      body: [...(commitAt(ask, row)?.files ?? [])].map(([path, { sha, mode }]) => ({
        id: sha,
        path,
        type: "blob",
        mode,
      })),
    })),
  ],
  [
    "GET",
    new RegExp(`${p}/repository/files/([^/]+)/raw$`),
    project((ask, row) => {
      const file = commitAt(ask, row)?.files.get(ask.params[1] ?? "");
      return file ? { body: file.content } : missing;
    }),
  ],
  [
    "GET",
    new RegExp(`${p}/repository/files/([^/]+)$`),
    project((ask, row) =>
      commitAt(ask, row)?.files.has(ask.params[1] ?? "") ? { body: { file_path: ask.params[1] } } : missing,
    ),
  ],
  [
    "GET",
    new RegExp(`${p}/repository/commits$`),
    project((ask, row) => {
      const commit = commitAt(ask, row);
      const date = commit?.author.date.toISOString();
      return {
        body: commit
          ? [
              {
                id: commit.sha,
                message: commit.message,
                author_name: commit.author.name,
                authored_date: date,
                committed_date: date,
              },
            ]
          : [],
      };
    }),
  ],
  [
    "POST",
    new RegExp(`${p}/repository/commits$`),
    project(({ fake, body }, row) => {
      const actions = body.actions as { action: string; file_path: string; content?: string }[];
      const files = Object.fromEntries(
        actions.map(({ action, file_path, content }) => [
          file_path,
          action === "delete" ? null : (content ?? ""),
        ]),
      );
      const made = fake.state.commit(fullNameOf(row), files, { branch: String(body.branch), by: "ana" });
      return { status: 201, body: { id: made.sha } };
    }),
  ],
  [
    "GET",
    new RegExp(`${p}/merge_requests$`),
    project(({ fake, query }, row) => ({
      body: row.pullRequests
        .filter(
          (pull) =>
            !query.get("source_branch") ||
            (pull.head === query.get("source_branch") && pull.state === "open"),
        )
        .map((pull) => mergeRequestJson(row, pull, fake)),
    })),
  ],
  [
    "POST",
    new RegExp(`${p}/merge_requests$`),
    project(({ fake, body }, row) => {
      const input = {
        head: String(body.source_branch),
        base: String(body.target_branch),
        title: String(body.title),
        author: "ana",
      };
      return {
        status: 201,
        body: mergeRequestJson(row, fake.state.pullRequest(fullNameOf(row), input), fake),
      };
    }),
  ],
  [
    "GET",
    new RegExp(`${p}/merge_requests/(\\d+)/notes$`),
    project(({ params }, row) => ({
      body: row.comments
        .filter(({ number }) => number === Number(params[1]))
        .map(({ id, author, body }) => ({ id, body, author: { username: author }, system: false })),
    })),
  ],
  [
    "POST",
    new RegExp(`${p}/merge_requests/(\\d+)/notes$`),
    project(({ fake, params, body }, row) => {
      const made = {
        id: fake.state.nextId(),
        number: Number(params[1]),
        author: "ana",
        body: String(body.body),
      };
      row.comments.push(made);
      return { status: 201, body: { id: made.id, body: made.body, author: { username: made.author } } };
    }),
  ],
  [
    "PUT",
    new RegExp(`${p}/merge_requests/(\\d+)/notes/(\\d+)$`),
    project(({ params, body }, row) => {
      const found = row.comments.find(({ id }) => id === Number(params[2]));
      if (!found) return missing;
      found.body = String(body.body);
      return { body: { id: found.id, body: found.body, author: { username: found.author } } };
    }),
  ],
  [
    "POST",
    new RegExp(`${p}/statuses/([0-9a-f]+)$`),
    project(({ fake, params, body }) => {
      fake.statuses.push({ sha: params[1] ?? "", body });
      return { status: 201, body: { id: fake.statuses.length } };
    }),
  ],
  [
    "GET",
    new RegExp(`${p}/deployments$`),
    project((_, row) => ({ body: row.deployments.map(deploymentJson) })),
  ],
  [
    "GET",
    new RegExp(`${p}/deployments/(\\d+)$`),
    project(({ params }, row) => {
      const found = row.deployments.find(({ id }) => id === Number(params[1]));
      return found ? { body: deploymentJson(found) } : missing;
    }),
  ],
];

const deploymentJson = ({ id, sha, ref, environment, createdAt, creator }: FakeDeployment) => ({
  id,
  sha,
  ref,
  status: "success",
  created_at: createdAt.toISOString(),
  updated_at: createdAt.toISOString(),
  environment: { name: environment },
  user: { username: creator },
});

const groupJson = (full_path: string) => ({
  id: full_path.length,
  full_path,
  name: full_path,
  description: null,
  web_url: "",
});

/** Serves it on loopback until the test ends. */
export async function serveFakeGitlab(): Promise<FakeGitlab> {
  const server = createServer((request, response) => {
    respond(fake, request, response).catch((error: Error) =>
      response.writeHead(500).end(String(error.stack)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const webUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const fake: FakeGitlab = {
    state: new FakeState(),
    webUrl,
    apiUrl: `${webUrl}/api/v4`,
    token: "glpat-of-ana",
    asked: [],
    statuses: [],
  };
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return fake;
}

async function respond(fake: FakeGitlab, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", fake.webUrl);
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const path = url.pathname.replace(/^\/api\/v4/, "");
  const method = request.method ?? "GET";
  const {
    status = 200,
    headers = {},
    body,
  } = answer(fake, { method, path, url, request, text: Buffer.concat(parts).toString() });
  fake.asked.push({ method, path: path + url.search, status });
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(bytes);
}

function answer(
  fake: FakeGitlab,
  {
    method,
    path,
    url,
    request,
    text,
  }: { method: string; path: string; url: URL; request: IncomingMessage; text: string },
): Answer {
  if (request.headers.authorization !== `Bearer ${fake.token}`)
    return { status: 401, body: { message: "401 Unauthorized" } };
  for (const [wanted, pattern, handle] of routes) {
    const found = wanted === method ? pattern.exec(path) : null;
    if (!found) continue;
    const params = found.slice(1).map((part) => decodeURIComponent(part ?? ""));
    const given = handle({ fake, params, query: url.searchParams, body: text ? JSON.parse(text) : {} });
    return Array.isArray(given.body) ? paged(given, given.body, url) : given;
  }
  return missing;
}

function paged(given: Answer, rows: unknown[], url: URL): Answer {
  const size = Number(url.searchParams.get("per_page") ?? 20);
  const page = Number(url.searchParams.get("page") ?? 1);
  if (rows.length <= page * size) return { ...given, body: rows.slice((page - 1) * size) };
  const next = new URL(url);
  next.searchParams.set("page", String(page + 1));
  const headers = { link: `<${next}>; rel="next"` };
  return { ...given, headers, body: rows.slice((page - 1) * size, page * size) };
}
