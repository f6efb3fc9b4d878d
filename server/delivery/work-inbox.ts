import { setTimeout as sleep } from "node:timers/promises";
import type { Ctx } from "#server/core/context.ts";
import { interpretDeliveries } from "#server/github/interpret-deliveries.ts";
import { deliveryInterpreter } from "./interpreter.ts";

/** Of one process: two at once would wait for each other's rows, and win nothing. */
let isWorking = false;

/** A batch of as many comes at once, or has piled up: the next one is taken without a pause. */
const manyAtOnce = 150;
const longestPauseMs = 400;

/**
 * Works in what the inbox holds until nothing is due or `isOver` says so. Returns whether something may be left. Does
 * nothing where this process is at it already.
 */
export async function workInbox(ctx: Ctx, isOver: () => boolean): Promise<boolean> {
  if (isWorking) return false;
  isWorking = true;
  try {
    while (!isOver()) {
      const began = performance.now();
      const taken = await interpretDeliveries(ctx, deliveryInterpreter);
      if (taken === 0) return false;
      // A batch costs nearly the same for one webhook as for fifty. Without a rest, what comes drop by drop would be worked in
      // drop by drop, and the processors would have no time left for taking in.
      if (taken < manyAtOnce) await sleep(Math.min(longestPauseMs, 2 * (performance.now() - began)));
    }
    return true;
  } finally {
    isWorking = false;
  }
}
