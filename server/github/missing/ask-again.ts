import { setTimeout as sleep } from "node:timers/promises";
import { and, asc, eq, isNull, sql } from "drizzle-orm";
import { webhookMisses } from "#db/schema/github.ts";
import type { HostHook, HostHooks } from "#server/connections/source-host.ts";
import { findDomainError } from "#server/core/errors.ts";
import type { CompareTools } from "./compare-hooks.ts";

/** In one run; the others wait for the next one, the oldest first, which the host forgets first. */
const mostAsked = 500;
const usualPauseMs = 800;

/**
 * Asks the host to deliver once more what is missing. What it no longer has is noted and left; a used-up rate limit or a
 * missing permission is thrown.
 */
export async function askAgain(
  { ctx, signal, pauseMs = usualPauseMs }: CompareTools,
  hooks: HostHooks,
  at: { connectionId: string; hookKey: string; hook: HostHook },
): Promise<void> {
  const open = await ctx.db
    .select({ id: webhookMisses.id, externalId: webhookMisses.externalId })
    .from(webhookMisses)
    .where(
      and(
        eq(webhookMisses.connectionId, at.connectionId),
        eq(webhookMisses.hookKey, at.hookKey),
        isNull(webhookMisses.arrivedAt),
        isNull(webhookMisses.givenUpAt),
      ),
    )
    .orderBy(asc(webhookMisses.deliveredAt), asc(webhookMisses.id))
    .limit(mostAsked);
  for (const { id, externalId } of open) {
    signal.throwIfAborted();
    const failure = await hooks.redeliver(at.hook, externalId).then(
      () => null,
      (error: unknown) => {
        const told = findDomainError(error);
        if (told?.code === "not_found" || told?.code === "invalid") return told.message;
        throw error;
      },
    );
    await ctx.db
      .update(webhookMisses)
      .set({ askedAt: ctx.now(), tries: sql`${webhookMisses.tries} + 1`, failure })
      .where(eq(webhookMisses.id, id));
    await sleep(pauseMs);
  }
}
