import type { z } from "zod";
import { findDomainError } from "#server/core/errors.ts";
import { Hook, HookConfig, HookDelivery } from "#server/integrations/github-api/shapes.ts";
import type { RestClient } from "#server/integrations/source-api/rest-client.ts";
import type { HostHook, HostHooks } from "../../source-host.ts";
import type { GithubAccess } from "./access.ts";
import { until } from "./until.ts";

const permission = "Webhooks: read";

/** Deliveries can be listed and repeated for three days in GitHub's cloud, for seven on an Enterprise Server. */
const keptDaysOf = (apiUrl: string) => (new URL(apiUrl).hostname.startsWith("api.") ? 3 : 7);

export function githubHooks(access: GithubAccess): HostHooks {
  const { credentials, apiUrl } = access.settings;
  const clientOf = (hook: HostHook) =>
    hook.kind === "app" ? access.appClient() : access.clientFor(`${hook.owner}/`);
  return {
    keptDays: keptDaysOf(apiUrl),
    list: async (repos) => {
      if (credentials.auth === "app")
        return { hooks: [await readAppHook(access, credentials.appId)], hidden: 0 };
      const client = await access.clientFor("");
      const owners = credentials.owners.filter(({ type }) => type === "organization");
      const wanted = [
        ...owners.map(({ login }) => ["organization", login] as const),
        ...repos.map((repo) => ["repository", repo] as const),
      ];
      const hooks: HostHook[] = [];
      let hidden = 0;
      for (const [kind, owner] of wanted) {
        const found = await listHooks(client, kind, owner);
        if (found) hooks.push(...found);
        else hidden += 1;
      }
      return { hooks, hidden };
    },
    listDeliveries: async function* (hook, since) {
      const client = await clientOf(hook);
      const ask = {
        path: `${pathOf(hook)}/deliveries?per_page=100`,
        what: { of: `What the hook of ${hook.owner} has sent`, permission },
      };
      for await (const page of until(client.pages(HookDelivery, ask), (row) => row.delivered_at >= since))
        yield page.map(toDelivery);
    },
    redeliver: async (hook, deliveryId) => {
      const client = await clientOf(hook);
      await client.bytes({
        method: "POST",
        path: `${pathOf(hook)}/deliveries/${encodeURIComponent(deliveryId)}/attempts`,
        what: { of: `A webhook of ${hook.owner}`, permission: "Webhooks: write" },
        body: {},
      });
    },
  };
}

async function readAppHook(access: GithubAccess, appId: string): Promise<HostHook> {
  const client = await access.appClient();
  const { url } = await client.one(HookConfig, {
    path: "/app/hook/config",
    what: { of: "The App's webhook" },
  });
  return { id: appId, kind: "app", owner: appId, isActive: true, url };
}

/** Null where the token may not see them. */
async function listHooks(
  client: RestClient,
  kind: "organization" | "repository",
  owner: string,
): Promise<HostHook[] | null> {
  const path = kind === "organization" ? `/orgs/${owner}/hooks` : `/repos/${owner}/hooks`;
  const ask = { path: `${path}?per_page=100`, what: { of: `The hooks of ${owner}`, permission } };
  const hooks: HostHook[] = [];
  try {
    for await (const page of client.pages(Hook, ask))
      for (const { id, active, config } of page)
        hooks.push({ id, kind, owner, isActive: active, url: config.url });
  } catch (error) {
    const code = findDomainError(error)?.code;
    if (code === "not_found" || code === "forbidden") return null;
    throw error;
  }
  return hooks;
}

function pathOf({ kind, owner, id }: HostHook): string {
  if (kind === "app") return "/app/hook";
  return `${kind === "organization" ? "/orgs" : "/repos"}/${owner}/hooks/${encodeURIComponent(id)}`;
}

const toDelivery = (row: z.infer<typeof HookDelivery>) => ({
  id: row.id,
  guid: row.guid,
  deliveredAt: row.delivered_at,
  status: row.status_code ? `${row.status} (${row.status_code})` : row.status,
  event: row.event,
  action: row.action,
  repositoryNumber: row.repository_id ?? null,
});
