import { sql } from "drizzle-orm";
import type { PgBoss } from "pg-boss";
import { askKept } from "#db/kept-statement.ts";
import type { Db } from "#db/types.ts";

/** While nothing runs, what has to be thrown away can wait, and so can the counting. */
const usual = { lookEveryMs: 5_000, atLeastEveryMs: 60_000 };

/**
 * Whether some worker has a job in its hands, or what was last counted says so: it also tells workers which keys are taken,
 * so that what they hear must not be old. `jobs_running_idx` answers the first.
 */
const busy = sql`
  select exists (select 1 from jobs.job where state = 'active')
    or exists (select 1 from jobs.queue
      where active_count > 0 or ready_count > 0 or cardinality(singletons_active) > 0) as "isBusy"`;

/**
 * Which keys of a queue are taken is counted every few seconds and believed for as long, so that a key which is free again
 * waits up to ten seconds for its next job. Where a queue has one key only, the list helps nobody: what is taken is refused
 * by the unique index of active jobs.
 */
const forgetTaken = (names: readonly string[]) => sql`
  update jobs.queue set singletons_active = null
  where name = any(${sql.param([...names])}::text[]) and singletons_active is not null`;

/**
 * Gives jobs back whose worker is gone or that run too long, and counts the queues: every five seconds while any job runs,
 * anywhere; each minute when none does. By itself the queue does all of it every five seconds, which costs an idle portal
 * more than all else. Of failures in a row the first is told.
 */
export function superviseJobs(
  boss: Pick<PgBoss, "supervise">,
  db: Db,
  ofOneKey: readonly string[],
  onError: (error: unknown) => void,
  { lookEveryMs, atLeastEveryMs } = usual,
): { stop: () => Promise<void> } {
  let running: Promise<void> | null = null;
  let lastAt = Number.NEGATIVE_INFINITY;
  let hasFailed = false;
  const look = async () => {
    try {
      const [row] = await askKept<{ isBusy: boolean }>(db, busy);
      if (row?.isBusy || performance.now() - lastAt >= atLeastEveryMs) {
        await boss.supervise();
        await db.execute(forgetTaken(ofOneKey));
        lastAt = performance.now();
      }
      hasFailed = false;
    } catch (error) {
      if (!hasFailed) onError(error);
      hasFailed = true;
    } finally {
      running = null;
    }
  };
  const begin = () => {
    running ??= look();
  };
  const timer = setInterval(begin, lookEveryMs);
  begin();
  return {
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
