import { fullNameOf } from "../fake-github/state.ts";
import { commitAt, missing, project, type Route } from "./route.ts";
import { deploymentJson, groupJson, memberJson, mergeRequestJson, projectJson } from "./shapes.ts";

const p = "^/projects/([^/]+)";
export const routes: readonly Route[] = [
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
