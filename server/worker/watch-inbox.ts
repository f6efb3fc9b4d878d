import type { Ctx } from "#server/core/context.ts";
import { wakeInboxWhenDue } from "#server/github/wake-inbox.ts";

const everySeconds = 5;

/** A schedule knows no less than a minute, which is long for webhooks whose worker has just died. */
export function watchInbox(ctx: Ctx, onError: (error: unknown) => void): { stop: () => void } {
  let isLooking = false;
  const look = async () => {
    if (isLooking) return;
    isLooking = true;
    await wakeInboxWhenDue(ctx)
      .catch(onError)
      .finally(() => {
        isLooking = false;
      });
  };
  const timer = setInterval(() => void look(), everySeconds * 1000);
  return { stop: () => clearInterval(timer) };
}
