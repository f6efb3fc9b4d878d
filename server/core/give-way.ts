import { setTimeout as sleep } from "node:timers/promises";

const lookAgainMs = 20;

/**
 * Work of one process that can wait, and work that somebody waits for: what can wait asks between its parts whether the
 * other is under way, and lets it end first, but never longer than `mostMs` at a time, so that it comes to its end as well.
 */
export function makeRightOfWay(mostMs: number): {
  first: <T>(work: () => Promise<T>) => Promise<T>;
  giveWay: () => Promise<void>;
} {
  let underWay = 0;
  return {
    first: async (work) => {
      underWay += 1;
      try {
        return await work();
      } finally {
        underWay -= 1;
      }
    },
    giveWay: async () => {
      const until = performance.now() + mostMs;
      while (underWay > 0 && performance.now() < until) await sleep(lookAgainMs);
    },
  };
}
