import { createPublicKey, generateKeyPairSync, randomUUID } from "node:crypto";
import { commitOf, repositoryOf } from "./named.ts";
import { type FakeAsk, type FakeRoute, missing } from "./route.ts";
import { appJson, pullRequestJson, userJson } from "./shapes.ts";
import { fileOf } from "./state.ts";

const repo = "/repos/:owner/:repo";
const write = (method: string, path: string, needs: string, handle: FakeRoute["handle"]): FakeRoute => ({
  method,
  path,
  needs,
  handle,
});

/** As whom a write shows itself. */
function authorOf({ caller, state }: FakeAsk): string {
  if (caller.kind === "token") return caller.login;
  const app = state.apps.find(({ installations }) =>
    installations.some(({ id }) => caller.kind === "installation" && id === caller.installation.id),
  );
  return `${app?.slug ?? "nobody"}[bot]`;
}

const text = (value: unknown) => (typeof value === "string" ? value : "");

function checkOf(ask: FakeAsk) {
  const row = repositoryOf(ask);
  const known = row?.checks.find(({ id }) => id === Number(ask.params.id));
  if (!row || (ask.params.id && !known)) return missing;
  const { output, ...rest } = ask.body as { output?: { annotations?: unknown[] } } & Record<string, unknown>;
  const check = known ?? { id: ask.state.nextId(), headSha: text(rest.head_sha), body: {}, annotations: [] };
  if (!known) row.checks.push(check);
  const { annotations = [], ...shown } = output ?? {};
  if (annotations.length > 50) return { status: 422, body: { message: "No more than 50 annotations" } };
  check.annotations.push(...annotations);
  check.body = { ...check.body, ...rest, output: { ...(check.body.output as object), ...shown } };
  return {
    status: known ? 200 : 201,
    body: { id: check.id, ...check.body, annotations_count: check.annotations.length },
  };
}

export const writeRoutes: readonly FakeRoute[] = [
  write("POST", `${repo}/check-runs`, "checks: write", checkOf),
  write("PATCH", `${repo}/check-runs/:id`, "checks: write", checkOf),
  write("POST", `${repo}/issues/:number/comments`, "pull_requests: write", (ask) => {
    const row = repositoryOf(ask);
    if (!row) return missing;
    const [id, number] = [ask.state.nextId(), Number(ask.params.number)];
    const made = { id, number, author: authorOf(ask), body: text(ask.body.body) };
    row.comments.push(made);
    return {
      status: 201,
      body: {
        id,
        body: made.body,
        user: userJson(made.author, ask.webUrl),
        html_url: `${ask.webUrl}/comment/${id}`,
      },
    };
  }),
  write("PATCH", `${repo}/issues/comments/:id`, "pull_requests: write", (ask) => {
    const found = repositoryOf(ask)?.comments.find(({ id }) => id === Number(ask.params.id));
    if (!found) return missing;
    found.body = text(ask.body.body);
    return {
      body: {
        id: found.id,
        body: found.body,
        user: userJson(found.author, ask.webUrl),
        html_url: `${ask.webUrl}/comment/${found.id}`,
      },
    };
  }),
  write("POST", `${repo}/git/trees`, "contents: write", (ask) => {
    const base = ask.state.trees.get(text(ask.body.base_tree));
    if (!repositoryOf(ask) || !base) return missing;
    const files = new Map(base);
    for (const { path, content, sha } of ask.body.tree as { path: string; content?: string; sha?: null }[])
      if (sha === null) files.delete(path);
      else files.set(path, fileOf(content ?? ""));
    return { status: 201, body: { sha: ask.state.addTree(files), tree: [] } };
  }),
  write("POST", `${repo}/git/commits`, "contents: write", (ask) => {
    const { tree, parents, message } = ask.body;
    if (!repositoryOf(ask) || !ask.state.trees.has(text(tree))) return missing;
    const made = ask.state.addCommit({
      tree: text(tree),
      parents: parents as string[],
      message: text(message),
      by: authorOf(ask),
      at: new Date(),
    });
    return { status: 201, body: { sha: made.sha, tree: { sha: made.tree } } };
  }),
  write("POST", `${repo}/git/refs`, "contents: write", (ask) => {
    const row = repositoryOf(ask);
    const name = text(ask.body.ref).replace(/^refs\/heads\//, "");
    if (!row || !name) return missing;
    if (row.branches.has(name)) return { status: 422, body: { message: "Reference already exists" } };
    row.branches.set(name, text(ask.body.sha));
    return { status: 201, body: { ref: ask.body.ref, object: { sha: ask.body.sha } } };
  }),
  write("PATCH", `${repo}/git/refs/heads/*branch`, "contents: write", (ask) => {
    const row = repositoryOf(ask);
    if (!row?.branches.has(ask.params.branch ?? "")) return missing;
    row.branches.set(ask.params.branch ?? "", text(ask.body.sha));
    return { body: { ref: `refs/heads/${ask.params.branch}`, object: { sha: ask.body.sha } } };
  }),
  write("POST", `${repo}/pulls`, "pull_requests: write", (ask) => {
    const row = repositoryOf(ask);
    const head = text(ask.body.head);
    if (!row || !commitOf(ask, row, head)) return { status: 422, body: { message: "Validation Failed" } };
    const fullName = `${row.owner}/${row.name}`;
    const input = {
      head,
      base: text(ask.body.base),
      title: text(ask.body.title),
      body: text(ask.body.body),
      author: authorOf(ask),
    };
    return { status: 201, body: pullRequestJson(ask.state.pullRequest(fullName, input), row, ask) };
  }),
  {
    method: "GET",
    path: "/app",
    handle: ({ caller, state, webUrl }) => {
      const app = state.apps.find(({ id }) => caller.kind === "app" && id === caller.appId);
      return app ? { body: appJson(app, webUrl) } : notApp;
    },
  },
  {
    method: "GET",
    path: "/app/installations",
    handle: ({ caller, state }) => {
      const app = state.apps.find(({ id }) => caller.kind === "app" && id === caller.appId);
      if (!app) return notApp;
      return {
        body: app.installations.map(({ id, account, selection, permissions, suspendedAt }) => ({
          id,
          account: { login: account, type: state.owners.get(account.toLowerCase())?.type ?? "Organization" },
          target_type: state.owners.get(account.toLowerCase())?.type ?? "Organization",
          repository_selection: selection,
          permissions,
          suspended_at: suspendedAt?.toISOString() ?? null,
        })),
      };
    },
  },
  {
    method: "POST",
    path: "/app/installations/:id/access_tokens",
    handle: ({ caller, state, params }) => {
      const app = state.apps.find(({ id }) => caller.kind === "app" && id === caller.appId);
      const installation = app?.installations.find(({ id }) => id === Number(params.id));
      if (!installation) return app ? missing : notApp;
      const [token, expiresAt] = [
        `ghs_${randomUUID().replaceAll("-", "")}`,
        new Date(Date.now() + 3_600_000),
      ];
      state.installationTokens.set(token, { installation, expiresAt });
      return {
        status: 201,
        body: { token, expires_at: expiresAt.toISOString(), permissions: installation.permissions },
      };
    },
  },
  {
    method: "POST",
    path: "/app-manifests/:code/conversions",
    handle: ({ state, params, webUrl }) => {
      const manifest = state.manifestCodes.get(params.code ?? "");
      if (!manifest) return missing;
      state.manifestCodes.delete(params.code ?? "");
      const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
      const name = text(manifest.name);
      const app = {
        id: state.nextId(),
        slug: name.toLowerCase().replace(/[^a-z0-9]+/g, "-"),
        name,
        publicKey: createPublicKey(privateKey).export({ type: "spki", format: "pem" }).toString(),
        permissions: manifest.default_permissions as Record<string, string>,
        installations: [],
      };
      state.apps.push(app);
      return {
        status: 201,
        body: {
          ...appJson(app, webUrl),
          pem: privateKey.export({ type: "pkcs1", format: "pem" }),
          webhook_secret: randomUUID(),
          client_secret: randomUUID(),
          owner: { login: "acme", type: "Organization" },
        },
      };
    },
  },
];

const notApp = { status: 401, body: { message: "A JSON web token could not be decoded" } };
