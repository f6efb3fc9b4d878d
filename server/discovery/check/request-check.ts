import { and, eq, ne, sql } from "drizzle-orm";
import { z } from "zod";
import { catalogueChecks } from "#db/schema/catalog-sources.ts";
import { webhookDeliveries } from "#db/schema/github.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { enqueue } from "#server/core/jobs.ts";
import { readBody } from "#server/github/read-body.ts";

export const runCheckJobName = "discovery-run-check";

const Side = z.object({ sha: z.string(), ref: z.string() });
const Payload = z.object({
  action: z.string().optional(),
  ref: z.string().optional(),
  after: z.string().optional(),
  deleted: z.boolean().optional(),
  repository: z.object({ id: z.number() }),
  pull_request: z.object({ number: z.number(), base: Side, head: Side }).optional(),
});

const worthLooking = new Set(["opened", "reopened", "synchronize", "edited", "ready_for_review"]);

type Asked = { pullRequest: number; branch: string; baseSha: string; headSha: string };

/**
 * Goes on from a webhook of a push or a pull request: has its head looked at, once. A push to the branch that is imported
 * is no proposal any more; that of a pull request comes as its own webhook too.
 */
export async function followCheckDelivery(ctx: Ctx, input: { deliveryId: number }): Promise<void> {
  const [row] = await ctx.db
    .select({
      event: webhookDeliveries.event,
      connectionId: webhookDeliveries.connectionId,
      body: webhookDeliveries.body,
    })
    .from(webhookDeliveries)
    .where(eq(webhookDeliveries.id, input.deliveryId));
  const body = row?.connectionId ? readBody(row.body) : null;
  const payload = body && "payload" in body ? Payload.safeParse(body.payload) : null;
  if (!row?.connectionId || !payload?.success) return;
  await followCheck(ctx, { event: row.event, connectionId: row.connectionId, payload: payload.data });
}

/** The same for what a webhook said, in GitHub's words. */
export async function followCheck(
  ctx: Ctx,
  told: { event: string; connectionId: string; payload: z.infer<typeof Payload> },
): Promise<void> {
  const repository = await findRepository(ctx, told.connectionId, told.payload.repository.id);
  if (!repository) return;
  const asked = told.event === "push" ? ofPush(told.payload, repository) : ofPullRequest(told.payload);
  if (asked) await requestCheck(ctx, repository.id, asked);
}

type Repository = { id: string; defaultBranch: string; branch: string | null };

async function findRepository(
  ctx: Ctx,
  connectionId: string,
  externalId: number,
): Promise<Repository | undefined> {
  const [row] = await ctx.db.execute<Repository>(sql`
    select r.id, r.default_branch as "defaultBranch", s.branch from source_repositories r
    left join discovery_scopes s on s.connection_id = r.connection_id
    where r.connection_id = ${connectionId} and r.external_id = ${String(externalId)} and r.gone_at is null
      and not r.is_archived`);
  return row;
}

function ofPush({ ref, after, deleted }: z.infer<typeof Payload>, repository: Repository): Asked | null {
  const branch = ref?.startsWith("refs/heads/") ? ref.slice("refs/heads/".length) : null;
  const followed = repository.branch ?? repository.defaultBranch;
  if (!branch || !after || deleted || branch === followed) return null;
  return { pullRequest: 0, branch, baseSha: followed, headSha: after };
}

function ofPullRequest({ action, pull_request: asked }: z.infer<typeof Payload>): Asked | null {
  if (!asked || !worthLooking.has(action ?? "")) return null;
  const { number, base, head } = asked;
  return { pullRequest: number, branch: head.ref, baseSha: base.sha, headSha: head.sha };
}

/** One row for each head; older heads of the same branch that still wait are not looked at any more. */
export async function requestCheck(ctx: Ctx, repositoryId: string, asked: Asked): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const [made] = await tx.db
      .insert(catalogueChecks)
      .values({ repositoryId, ...asked, state: "waiting", createdAt: tx.now() })
      .onConflictDoNothing()
      .returning({ id: catalogueChecks.id });
    if (!made) return;
    await tx.db
      .update(catalogueChecks)
      .set({ state: "outdated" })
      .where(
        and(
          eq(catalogueChecks.repositoryId, repositoryId),
          eq(catalogueChecks.pullRequest, asked.pullRequest),
          eq(catalogueChecks.branch, asked.branch),
          eq(catalogueChecks.state, "waiting"),
          ne(catalogueChecks.id, made.id),
        ),
      );
    // A pull request's own webhook comes just after that of its push, and says more.
    const startAfterSeconds = asked.pullRequest === 0 ? 10 : 0;
    await enqueue(tx, { name: runCheckJobName }, { checkId: made.id }, { startAfterSeconds });
  });
}
