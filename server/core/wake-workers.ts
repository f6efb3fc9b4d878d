import { type SQL, sql } from "drizzle-orm";
import type { PgBoss } from "pg-boss";
import { askKept } from "#db/kept-statement.ts";
import type { Db } from "#db/types.ts";

/** How often the queues are looked at, all of them with one statement. */
const everyMs = 500;

/**
 * Of these queues those that hold a job whose time has come. A job that waits for another is not due, nor is one of a
 * singleton of which another worker has one in its hands: to ask for it would break a unique index each time. In those that
 * end here just now it is this worker's own.
 */
const dueQueues = (names: readonly string[], ending: readonly string[]): SQL => sql`
  select queue.name from unnest(${sql.param([...names])}::text[]) as queue(name)
  where exists (select 1 from jobs.job j
    where j.name = queue.name and j.state < 'active' and not j.blocked and j.start_after <= now()
      and (j.policy is distinct from 'stately' or queue.name = any(${sql.param([...ending])}::text[])
        or not exists (select 1 from jobs.job a where a.name = queue.name and a.state = 'active'
          and coalesce(a.singleton_key, '') = coalesce(j.singleton_key, ''))))`;

type Watch = {
  /** Looks now; several calls at once are one look, which begins after the last of them. `ending`: a queue whose job ends here. */
  look: (ending?: string) => Promise<void>;
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
  let ending: string[] = [];
  const once = async () => {
    const ended = ending;
    ending = [];
    try {
      for (const { name } of await askKept<{ name: string }>(db, dueQueues([...workers.keys()], ended))) {
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
  const look = async (name?: string) => {
    if (isStopped) return;
    if (name !== undefined) ending.push(name);
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
