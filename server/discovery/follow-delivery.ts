import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { webhookDeliveries } from "#db/schema/github.ts";
import { openConnection } from "#server/connections/open-connection.ts";
import type { Ctx } from "#server/core/context.ts";
import { findDomainError } from "#server/core/errors.ts";
import { enqueue, type JobTools } from "#server/core/jobs.ts";
import { readBody } from "#server/github/read-body.ts";
import { readDirectory } from "./evidence/read-directory.ts";
import { keepRepositories, markGone } from "./keep-repositories.ts";
import { type LookTools, lookAtRepository } from "./look-at-repository.ts";
import { dropReader } from "./people/mirror-readers.ts";
import { runDiscoveryJobName } from "./run-discovery.ts";
import { readScope } from "./scope.ts";

const Named = z.object({ id: z.number(), full_name: z.string() });
const Login = z.object({ id: z.number().optional(), login: z.string() });

/** What of webhooks is used: only which thing changed. How it is now, the host is asked. */
const Payload = z.object({
  action: z.string().optional(),
  ref: z.string().optional(),
  after: z
    .string()
    .regex(/^[0-9a-f]{40,64}$/)
    .optional(),
  deleted: z.boolean().optional(),
  repository: Named.optional(),
  repositories_added: z.array(Named).optional(),
  repositories_removed: z.array(Named).optional(),
  member: Login.optional(),
  membership: z.object({ user: Login }).optional(),
});
type Payload = z.infer<typeof Payload>;

export type Delivery = { event: string; connectionId: string; payload: Payload };

export const readPeopleJobName = "discovery-read-people";
export const readReadersJobName = "discovery-read-readers";

/**
 * Goes on from a webhook: looks at the repository that was pushed to, renamed or deleted, or has people and readers read
 * again. Since the host is asked how things are now, webhooks may come late, shuffled and repeated.
 */
export async function followDelivery(tools: JobTools, input: { deliveryId: number }): Promise<void> {
  const delivery = await readDelivery(tools.ctx, input.deliveryId);
  if (!delivery) return;
  const { event, connectionId, payload } = delivery;
  const { ctx } = tools;
  if (event === "push" || event === "repository") return followRepository(tools, delivery);
  if (event === "installation") return enqueueRun(ctx, connectionId);
  if (event === "installation_repositories") return followInstallation(tools, delivery);
  if (event === "member" && payload.action === "removed" && payload.member)
    await dropReader(ctx, {
      connectionId,
      person: payload.member,
      repository: payload.repository ? String(payload.repository.id) : null,
    });
  const left =
    event === "membership" && payload.action === "removed"
      ? payload.member
      : event === "organization" && payload.action === "member_removed"
        ? payload.membership?.user
        : undefined;
  if (left) await dropReader(ctx, { connectionId, person: left, repository: null });
  if (event !== "member")
    await enqueue(ctx, { name: readPeopleJobName }, { connectionId }, { key: connectionId });
  await enqueue(ctx, { name: readReadersJobName }, { connectionId }, { key: connectionId });
}

async function readDelivery(ctx: Ctx, id: number): Promise<Delivery | null> {
  const [row] = await ctx.db
    .select({
      event: webhookDeliveries.event,
      connectionId: webhookDeliveries.connectionId,
      body: webhookDeliveries.body,
    })
    .from(webhookDeliveries)
    .where(eq(webhookDeliveries.id, id));
  if (!row?.connectionId) return null;
  const body = readBody(row.body);
  const payload = "payload" in body ? Payload.safeParse(body.payload) : null;
  return payload?.success
    ? { event: row.event, connectionId: row.connectionId, payload: payload.data }
    : null;
}

const enqueueRun = (ctx: Ctx, connectionId: string) =>
  enqueue(ctx, { name: runDiscoveryJobName }, { connectionId }, { key: connectionId });

/** Looks at the repository that a push or a change of itself is about, as it is now. */
export async function followRepository(
  tools: JobTools,
  { event, connectionId, payload }: Delivery,
): Promise<void> {
  const { repository, action, ref, deleted } = payload;
  if (!repository) return;
  const { ctx } = tools;
  const known = await findKnown(ctx, connectionId, repository.id);
  if (event === "repository" && action === "deleted") {
    if (known) await markGone(ctx, known.id, "It was deleted at its host");
    return;
  }
  const scope = await readScope(ctx, connectionId);
  if (event === "push") {
    const branch = scope.branch ?? known?.defaultBranch;
    if (deleted || (branch && ref !== `refs/heads/${branch}`)) return;
  }
  await withHost(tools, connectionId, async (look) => {
    // A push says nothing new of a repository that is known, so nobody is asked about it.
    const id =
      event === "push" && known ? known.id : await renewRepository(look, connectionId, repository, known?.id);
    if (!id) return;
    await lookAtRepository(look, id, event === "push" ? (payload.after ?? null) : null);
    // What became private has readers that nobody has asked for yet.
    if (event === "repository")
      await enqueue(ctx, { name: readReadersJobName }, { connectionId }, { key: connectionId });
  });
}

async function findKnown(ctx: Ctx, connectionId: string, externalId: number) {
  const [row] = await ctx.db.execute<{ id: string; defaultBranch: string }>(sql`
    select id, default_branch as "defaultBranch" from source_repositories
    where connection_id = ${connectionId} and external_id = ${String(externalId)}`);
  return row;
}

/** Asks the host how the repository is called today; null where it is gone, or not ours to see. */
async function renewRepository(
  { ctx, host }: LookTools,
  connectionId: string,
  repository: { id: number; full_name: string },
  knownId: string | undefined,
): Promise<string | null> {
  try {
    const today = await host.getRepository(repository.full_name);
    if (today.externalId === String(repository.id)) {
      const [id] = await keepRepositories(ctx, connectionId, [today]);
      return id ?? null;
    }
  } catch (error) {
    if (findDomainError(error)?.code !== "not_found") throw error;
  }
  if (knownId) await markGone(ctx, knownId, "It is deleted, or the connection is not shown it any more");
  return null;
}

async function followInstallation(tools: JobTools, { connectionId, payload }: Delivery): Promise<void> {
  const { ctx } = tools;
  for (const { id } of payload.repositories_removed ?? []) {
    const known = await findKnown(ctx, connectionId, id);
    if (known) await markGone(ctx, known.id, "The connection was taken away from it");
  }
  const added = payload.repositories_added ?? [];
  if (added.length > 20) return enqueueRun(ctx, connectionId);
  await withHost(tools, connectionId, async (look) => {
    for (const repository of added) {
      const id = await renewRepository(look, connectionId, repository, undefined);
      if (id) await lookAtRepository(look, id);
    }
  });
}

/** Somebody waits for what a webhook tells, so it may use the part of the rate limit that is kept for others. */
export async function withHost(
  { ctx, outside, signal }: JobTools,
  connectionId: string,
  work: (look: LookTools) => Promise<void>,
): Promise<void> {
  const host = await openConnection(ctx, outside, connectionId, { isUrgent: true });
  let directory: ReturnType<typeof readDirectory> | undefined;
  const read = () => {
    directory ??= readDirectory(ctx);
    return directory;
  };
  try {
    const scope = await readScope(ctx, connectionId);
    await work({ ctx, outside, signal, host, scope, directory: read });
  } finally {
    await host.close();
  }
}
