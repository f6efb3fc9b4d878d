import { eq } from "drizzle-orm";
import { z } from "zod";
import { webhookDeliveries } from "#db/schema/github.ts";
import { findSourceConnection } from "#server/connections/stored-connection.ts";
import type { Ctx } from "#server/core/context.ts";
import { enqueue, type JobTools } from "#server/core/jobs.ts";
import { readBody } from "#server/github/read-body.ts";
import { followCheck } from "./check/request-check.ts";
import { type Delivery, followRepository, readPeopleJobName, readReadersJobName } from "./follow-delivery.ts";
import { dropReader } from "./people/mirror-readers.ts";

const sha = z.string().regex(/^[0-9a-f]{40,64}$/);

/** What of GitLab's webhooks is used ("Webhook events", "System hooks"): only which thing changed. */
const Payload = z.object({
  object_kind: z.string().optional(),
  event_name: z.string().optional(),
  ref: z.string().optional(),
  after: sha.optional(),
  project_id: z.number().optional(),
  path_with_namespace: z.string().optional(),
  project: z.object({ id: z.number().optional(), path_with_namespace: z.string() }).optional(),
  user_id: z.number().optional(),
  user_username: z.string().optional(),
  username: z.string().optional(),
  object_attributes: z
    .object({
      action: z.string().optional(),
      iid: z.number().optional(),
      source_branch: z.string().optional(),
      target_branch: z.string().optional(),
      last_commit: z.object({ id: sha }).optional(),
      oldrev: z.string().optional(),
    })
    .optional(),
});
type Payload = z.infer<typeof Payload>;

type Told = { connectionId: string; kind: string; payload: Payload };

/**
 * Goes on from a webhook of GitLab as `followDelivery` does from one of GitHub: a push or a merge request, a project that
 * came, went or moved, somebody who left. How things are now, the host is asked.
 */
export async function followGitlabDelivery(tools: JobTools, input: { deliveryId: number }): Promise<void> {
  const told = await readTold(tools.ctx, input.deliveryId);
  if (!told) return;
  const { kind, connectionId, payload } = told;
  if (kind === "push") return followPush(tools, told);
  if (kind === "merge_request") return followMergeRequest(tools.ctx, told);
  if (/^project_(create|destroy|rename|transfer|update)$/.test(kind)) return followProject(tools, told);
  if (
    !/^(user_(add_to|remove_from|update_for)_(group|team)|user_(block|destroy)|(sub)?group_\w+)$/.test(kind)
  )
    return;
  if (/^user_(remove|block|destroy)/.test(kind) && payload.user_id !== undefined)
    await dropReader(tools.ctx, {
      connectionId,
      person: { id: payload.user_id, login: payload.user_username ?? payload.username ?? "" },
      repository: payload.project_id === undefined ? null : String(payload.project_id),
    });
  const key = { key: connectionId };
  if (!kind.endsWith("_team")) await enqueue(tools.ctx, { name: readPeopleJobName }, { connectionId }, key);
  await enqueue(tools.ctx, { name: readReadersJobName }, { connectionId }, key);
}

async function readTold(ctx: Ctx, id: number): Promise<Told | null> {
  const [row] = await ctx.db
    .select({ connectionId: webhookDeliveries.connectionId, body: webhookDeliveries.body })
    .from(webhookDeliveries)
    .where(eq(webhookDeliveries.id, id));
  const body = row?.connectionId ? readBody(row.body) : null;
  const payload = body && "payload" in body ? Payload.safeParse(body.payload) : null;
  if (!row?.connectionId || !payload?.success) return null;
  const kind = payload.data.object_kind ?? payload.data.event_name ?? "";
  return { connectionId: row.connectionId, kind, payload: payload.data };
}

/** The project that it is about; null for one that does not belong to the groups of the connection. */
async function findProject(ctx: Ctx, { connectionId, payload }: Told) {
  const id = payload.project_id ?? payload.project?.id;
  const name = payload.project?.path_with_namespace ?? payload.path_with_namespace;
  const connection = await findSourceConnection(ctx, connectionId);
  if (id === undefined || !name || connection?.kind !== "gitlab") return null;
  const { owners } = connection.settings;
  // A hook of the whole server tells of everybody's projects.
  const isOurs =
    owners.length === 0 ||
    owners.some(({ login }) => name.toLowerCase().startsWith(`${login.toLowerCase()}/`));
  return isOurs ? { id, full_name: name } : null;
}

async function followPush(tools: JobTools, told: Told): Promise<void> {
  const repository = await findProject(tools.ctx, told);
  const { ref, after } = told.payload;
  if (!repository || !ref || !after) return;
  const payload = { ref, after, deleted: /^0+$/.test(after), repository };
  await followRepository(tools, { event: "push", connectionId: told.connectionId, payload });
  await followCheck(tools.ctx, { event: "push", connectionId: told.connectionId, payload });
}

/** An update without a former commit changed no file, such as a new title. */
async function followMergeRequest(ctx: Ctx, told: Told): Promise<void> {
  const { action, iid, source_branch, target_branch, last_commit, oldrev } =
    told.payload.object_attributes ?? {};
  const repository = await findProject(ctx, told);
  const isNews = action === "open" || action === "reopen" || (action === "update" && oldrev !== undefined);
  if (!repository || !isNews || iid === undefined || !source_branch || !target_branch || !last_commit) return;
  const payload = {
    action: "synchronize",
    repository,
    pull_request: {
      number: iid,
      // What it is compared with: the newest commit of the branch that it goes to.
      base: { ref: target_branch, sha: target_branch },
      head: { ref: source_branch, sha: last_commit.id },
    },
  };
  await followCheck(ctx, { event: "pull_request", connectionId: told.connectionId, payload });
}

async function followProject(tools: JobTools, told: Told): Promise<void> {
  const repository = await findProject(tools.ctx, told);
  if (!repository) return;
  const action = told.kind === "project_destroy" ? "deleted" : "edited";
  const delivery: Delivery = {
    event: "repository",
    connectionId: told.connectionId,
    payload: { action, repository },
  };
  await followRepository(tools, delivery);
}
