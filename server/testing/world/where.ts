import { eq } from "drizzle-orm";
import { pullRequests, repositories } from "#db/schema/delivery.ts";
import type { Ctx } from "#server/core/context.ts";
import { makeBadge } from "#server/delivery/badges/make-badge.ts";

/** A merged pull request of our service, and a badge of it. */
export async function addWhere(ctx: Ctx, ours: string): Promise<{ id: string; path: string }> {
  const [repository] = await ctx.db
    .select({ id: repositories.id })
    .from(repositories)
    .where(eq(repositories.slug, "acme/our-service"));
  const at = new Date("2026-01-02T03:04:05Z");
  await ctx.db.insert(pullRequests).values({
    repositoryId: repository?.id ?? "",
    number: 1,
    title: "A change of our-service",
    state: "closed",
    isDraft: false,
    baseRef: "main",
    headRef: "topic",
    headSha: "a".repeat(40),
    labels: [],
    openedAt: at,
    closedAt: at,
    mergedAt: at,
    mergeSha: "b".repeat(40),
    asOf: at,
    asOfGuid: "world",
  });
  return makeBadge(ctx, { entityRef: ours, kind: "last_deployment" });
}
