import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { innermostMessage } from "#server/core/innermost-message.ts";
import { projectService } from "./project-service.ts";

const mostAtOnce = 200;
const longestPauseMs = 1_000;

/**
 * Works out every service that is due, the longest waiting first, until none is left or `isOver` says so. One that cannot
 * be worked out keeps its last figures, says why, and holds up no other. Returns whether something is left.
 */
export async function projectDue(ctx: Ctx, isOver: () => boolean): Promise<boolean> {
  const tried = new Set<string>();
  let pauseMs = 0;
  for (;;) {
    const due = await ctx.db.execute<{ id: string; count: string }>(sql`
      select id, due_count as count from delivery_services where due_from is not null
      order by worked_at nulls first, id limit ${mostAtOnce}`);
    const fresh = due.filter(({ id, count }) => !tried.has(`${id} ${count}`));
    if (fresh.length === 0) return false;
    if (pauseMs > 0) {
      // What becomes due meanwhile waits a little, so that a busy service is worked out once for many webhooks.
      await sleep(pauseMs);
      pauseMs = 0;
      continue;
    }
    const began = performance.now();
    for (const { id, count } of fresh) {
      if (isOver()) return true;
      tried.add(`${id} ${count}`);
      await projectService(ctx, id).catch((error: unknown) => noteFailure(ctx, id, error));
    }
    pauseMs = Math.min(longestPauseMs, 2 * (performance.now() - began));
  }
}

async function noteFailure(ctx: Ctx, id: string, error: unknown): Promise<void> {
  await ctx.db.execute(sql`
    update delivery_services set failure = ${innermostMessage(error).slice(0, 500)},
      worked_at = ${ctx.now().toISOString()}::timestamptz
    where id = ${id}`);
}
