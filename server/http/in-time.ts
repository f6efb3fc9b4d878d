import { setTimeout as sleep } from "node:timers/promises";

export type InTime = { run: <T>(work: Promise<T>) => Promise<T>; isStuck: () => boolean };

/** What has not ended by then never will: a driver that lost its connection, and holds no memory worth the name. */
const forgottenMs = 30_000;

/**
 * Waits for work at most `ms`, then throws; the work itself goes on. `isStuck` is true while `most` of such work has not
 * come to an end: taking in more would only fill the memory.
 */
export function makeInTime(ms: number, most: number): InTime {
  let late = 0;
  return {
    isStuck: () => late >= most,
    run: async (work) => {
      let timer: NodeJS.Timeout | undefined;
      const tooLate = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          late += 1;
          const over = sleep(forgottenMs, undefined, { ref: false });
          const back = () => {
            late -= 1;
          };
          Promise.race([work, over]).then(back, back);
          reject(new Error(`No answer within ${ms / 1000} s`));
        }, ms);
      });
      try {
        return await Promise.race([work, tooLate]);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
