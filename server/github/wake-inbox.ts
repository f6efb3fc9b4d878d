import type { Ctx } from "#server/core/context.ts";
import { enqueue } from "#server/core/jobs.ts";

/** The job that works in what is due; the domain that owns the figures defines its work. */
export const interpretInboxJob = { name: "github-interpret-inbox" } as const;

/**
 * Tells the worker that the inbox has something. Not part of storing a webhook: many at once would wait for each other
 * at the one queued job. A call that gets lost is made up for by the job's schedule.
 */
export async function wakeInbox(ctx: Ctx): Promise<void> {
  await enqueue(ctx, interpretInboxJob, {});
}
