import type { Ctx } from "#server/core/context.ts";
import { workInbox } from "#server/delivery/work-inbox.ts";
import { isInboxEmpty, isInboxLate, wakeInboxWhenDue } from "#server/github/wake-inbox.ts";

const everySeconds = 5;

/**
 * A schedule knows no less than a minute, and the queue gives a dead worker's job back only after its heartbeat is
 * missed: long for webhooks whose worker has just died. What is late is therefore worked in at once, by this process;
 * claims keep two from doing the same.
 */
export function watchInbox(ctx: Ctx, onError: (error: unknown) => void): { stop: () => void } {
  let isLooking = false;
  let isStopped = false;
  const look = async () => {
    if (isLooking) return;
    isLooking = true;
    try {
      if (await isInboxEmpty(ctx)) return;
      await wakeInboxWhenDue(ctx);
      if (await isInboxLate(ctx)) await workInbox(ctx, () => isStopped);
    } catch (error) {
      onError(error);
    } finally {
      isLooking = false;
    }
  };
  const timer = setInterval(() => void look(), everySeconds * 1000);
  void look();
  return {
    stop: () => {
      isStopped = true;
      clearInterval(timer);
    },
  };
}
