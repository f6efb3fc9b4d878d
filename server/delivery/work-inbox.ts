import type { Ctx } from "#server/core/context.ts";
import { interpretDeliveries } from "#server/github/interpret-deliveries.ts";
import { deliveryInterpreter } from "./interpreter.ts";

/** Of one process: two at once would wait for each other's rows, and win nothing. */
let isWorking = false;

/**
 * Works in what the inbox holds until nothing is due or `isOver` says so. Returns whether something may be left. Does
 * nothing where this process is at it already.
 */
export async function workInbox(ctx: Ctx, isOver: () => boolean): Promise<boolean> {
  if (isWorking) return false;
  isWorking = true;
  try {
    while (!isOver()) if ((await interpretDeliveries(ctx, deliveryInterpreter)) === 0) return false;
    return true;
  } finally {
    isWorking = false;
  }
}
