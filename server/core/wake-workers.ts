import { type SQL, sql } from "drizzle-orm";
import type { PgBoss } from "pg-boss";
import { askKept } from "#db/kept-statement.ts";
import type { Db } from "#db/types.ts";

/** How often the queues are looked at, all of them with one statement. */
const everyMs = 500;

/** Of these queues those that hold a job whose time has come. A job that waits for another is not due. */
const dueQueues = (names: readonly string[]): SQL => sql`
  select queue.name from unnest(${sql.param([...names])}::text[]) as queue(name)
  where exists (select 1 from jobs.job j
    where j.name = queue.name and j.state < 'active' and not j.blocked and j.start_after <= now())`;

type Watch = {
  /** Looks now; several calls at once are one look, which begins after the last of them. */
  look: () => Promise<void>;
  stop: () => Promise<void>;
};

/**
 * Wakes the workers whose queue has something to do. Each would otherwise ask for itself every second, which for fifty
 * queues costs an idle portal more than all else together. `workers` are ids of pg-boss's workers by queue. Of failures
 * in a row the first is told.
 */
export function wakeWorkers(
  boss: Pick<PgBoss, "notifyWorker">,
  db: Db,
  workers: ReadonlyMap<string, string>,
  onError: (error: unknown) => void,
): Watch {
  let running: Promise<void> | null = null;
  let isWantedAgain = false;
  let hasFailed = false;
  let isStopped = false;
  const once = async () => {
    try {
      for (const { name } of await askKept<{ name: string }>(db, dueQueues([...workers.keys()]))) {
        const id = workers.get(name);
        if (id !== undefined) boss.notifyWorker(id);
      }
      hasFailed = false;
    } catch (error) {
      if (!hasFailed) onError(error);
      hasFailed = true;
    }
  };
  const repeat = async () => {
    do {
      isWantedAgain = false;
      await once();
    } while (isWantedAgain && !isStopped);
    running = null;
  };
  const look = async () => {
    if (isStopped) return;
    isWantedAgain = running !== null;
    running ??= repeat();
    return running;
  };
  const timer = setInterval(() => void (running ?? look()), everyMs);
  return {
    look,
    stop: async () => {
      isStopped = true;
      clearInterval(timer);
      await running;
    },
  };
}
