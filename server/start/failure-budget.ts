export type FailureBudget = { record: (nowMs: number) => number | null };

/**
 * How often a program may fail: `record` answers with the milliseconds to wait before it is started again, twice as
 * long after each failure, or with null when `limit` failures fell into `windowMs`.
 */
export function makeFailureBudget(options = { limit: 5, windowMs: 60_000, firstWaitMs: 250 }): FailureBudget {
  let failures: number[] = [];
  return {
    record(nowMs) {
      failures = [...failures.filter((at) => nowMs - at < options.windowMs), nowMs];
      if (failures.length >= options.limit) return null;
      return options.firstWaitMs * 2 ** (failures.length - 1);
    },
  };
}
