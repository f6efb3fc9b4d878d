import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { webhookDeliveries } from "#db/schema/github.ts";
import type { Db } from "#db/types.ts";
import { openConnection } from "#server/connections/open-connection.ts";
import { sha256 } from "#server/core/crypto.ts";
import type { JobTools } from "#server/core/jobs.ts";
import { followCheckDelivery } from "#server/discovery/check/request-check.ts";
import { runCheck } from "#server/discovery/check/run-check.ts";
import { keepRepositories } from "#server/discovery/keep-repositories.ts";
import { lookAtRepository } from "#server/discovery/look-at-repository.ts";
import { usualScope } from "#server/discovery/model.ts";
import { documentText, fileOf } from "./catalogue.ts";
import { as } from "./database.ts";
import { connectApp, connectionOptions, jobOutside } from "./fake-github/connect.ts";
import { type FakeGithub, serveFakeGithub } from "./fake-github/fake-github.ts";
import { allPermissions, giveApp } from "./fake-github/world.ts";

/** The repository of the checks' tests, and the one file that it begins with. */
export const repo = "acme/shop";
export const file = "catalog-info.yaml";

export const component = (
  name: string,
  spec: Record<string, unknown> = {},
  metadata: Record<string, unknown> = {},
) => documentText("Component", name, { spec: { owner: "payments", ...spec }, metadata });

type Stage = {
  fake: FakeGithub;
  tools: JobTools;
  connectionId: string;
  /** Puts files on a branch, tells it as a webhook, and works what follows. */
  propose: (
    files: Record<string, string | null>,
    how?: { branch?: string; isPush?: boolean },
  ) => Promise<string>;
};

/** A connected repository with two components, read once. */
export async function prepareCheck(
  db: Db,
  options: { permissions?: Record<string, string>; visibility?: "public" | "private" } = {},
): Promise<Stage> {
  const fake = await serveFakeGithub();
  fake.state.repository(repo, {
    visibility: options.visibility ?? "private",
    files: {
      [file]: fileOf(component("shop", { dependsOn: ["component:cart"] }), component("cart")),
      "README.md": "Shop",
    },
  });
  const given = giveApp(fake, options.permissions ?? allPermissions);
  given.app.installations.push({
    id: fake.state.nextId(),
    account: "acme",
    selection: "all",
    repositories: [],
    permissions: options.permissions ?? allPermissions,
    suspendedAt: null,
  });
  const connectionId = await connectApp(db, fake, given);
  const tools: JobTools = { ctx: as(db), outside: jobOutside(), signal: new AbortController().signal };
  const host = await openConnection(tools.ctx, tools.outside, connectionId, connectionOptions);
  const [id] = await keepRepositories(tools.ctx, connectionId, [await host.getRepository(repo)]);
  const look = { ...tools, host, scope: usualScope, directory: async () => ({}) as never };
  await lookAtRepository(look, id ?? "");
  await host.close();
  const propose: Stage["propose"] = async (files, { branch = "topic", isPush = false } = {}) => {
    const { sha } = fake.state.commit(repo, files, { branch });
    const known = fake.state.get(repo);
    const found = known.pullRequests.find(({ head }) => head === branch);
    const number = isPush ? 0 : (found ?? fake.state.pullRequest(repo, { head: branch })).number;
    const side = (ref: string) => ({ ref, sha: known.branches.get(ref) });
    const payload = isPush
      ? { ref: `refs/heads/${branch}`, after: sha, repository: { id: known.id } }
      : {
          action: "synchronize",
          repository: { id: known.id },
          pull_request: { number, base: side("main"), head: side(branch) },
        };
    await deliver(tools, connectionId, isPush ? "push" : "pull_request", payload);
    return sha;
  };
  return { fake, tools, connectionId, propose };
}

export async function deliver(
  { ctx, ...tools }: JobTools,
  connectionId: string,
  event: string,
  payload: object,
) {
  const body = Buffer.from(JSON.stringify(payload));
  const [row] = await ctx.db
    .insert(webhookDeliveries)
    .values({
      hookKey: "hook:1",
      guid: randomUUID(),
      event,
      body,
      bodySha256: sha256(body),
      bodySize: body.byteLength,
      headers: {},
      connectionId,
      state: "done",
      receivedAt: new Date(),
    })
    .returning({ id: webhookDeliveries.id });
  await followCheckDelivery(ctx, { deliveryId: row?.id ?? 0 });
  await workChecks({ ctx, ...tools });
}

const open: typeof openConnection = (ctx, outside, id) => openConnection(ctx, outside, id, connectionOptions);

/** Works the checks that wait. */
export async function workChecks(tools: JobTools) {
  const waiting = await tools.ctx.db.execute<{ id: string }>(
    sql`select id from catalogue_checks where state = 'waiting' order by created_at`,
  );
  for (const { id } of waiting)
    await runCheck(tools, { checkId: id }, { open, publicUrl: "https://portal.example.com" });
}
