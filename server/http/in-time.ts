export type InTime = { run: <T>(work: Promise<T>) => Promise<T>; isStuck: () => boolean };

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
          const back = () => {
            late -= 1;
          };
          work.then(back, back);
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
