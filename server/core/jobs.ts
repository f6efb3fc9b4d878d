import { AsyncLocalStorage } from "node:async_hooks";
import { sql } from "drizzle-orm";
import { fromDrizzle, PgBoss } from "pg-boss";
import type { Db } from "#db/types.ts";
import { type Requester, requesterOf } from "./actor.ts";
import type { Ctx } from "./context.ts";
import { observeJob } from "./observe-job.ts";
import type { Outside } from "./outside.ts";
import { superviseJobs } from "./supervise-jobs.ts";
import { wakeWorkers } from "./wake-workers.ts";

/** What a job's work is handed: a context whose actor is the system, the network, and a sign to stop early. */
export type JobTools = { ctx: Ctx; outside: Outside; signal: AbortSignal };

/**
 * One kind of job. Delivery is at least once, so `work` is idempotent.
 * A singleton job has at most one queued and one running copy for each key.
 */
export type Job<Data extends object> = {
  name: string;
  retryLimit: number;
  /** A run longer than this counts as lost, in seconds. */
  expireInSeconds: number;
  isSingleton: boolean;
  /** Of a singleton job: all that are ever queued have the same key, so that none could wait behind another one's. */
  hasOneKey?: boolean;
  /** So many run at the same time in one worker (one unless told): for those that mostly wait for others. */
  sideBySide?: number;
  /** Standard five-field cron in UTC; absent for jobs that are only enqueued. */
  cron?: string;
  work: (tools: JobTools, data: Data) => Promise<void>;
};

export function defineJob<Data extends object>(
  job: Pick<Job<Data>, "name" | "work"> & Partial<Job<Data>>,
): Job<Data> {
  return { retryLimit: 3, expireInSeconds: 900, isSingleton: false, ...job };
}

const bossSchema = "jobs";

/** Whose transaction the sender writes through: pg-boss looks up a queue on its own connection before it uses ours. */
const sending = new AsyncLocalStorage<ReturnType<typeof fromDrizzle>>();

function throughCaller(
  text: string,
  values?: unknown[],
): ReturnType<ReturnType<typeof fromDrizzle>["executeSql"]> {
  const caller = sending.getStore();
  if (!caller) throw new Error("A sender has no connection of its own");
  return caller.executeSql(text, values);
}

/** Without pollers, supervision or a pool of its own; made when the first job is enqueued. */
let sender: PgBoss | undefined;

function openSender(): PgBoss {
  sender ??= new PgBoss({
    schema: bossSchema,
    supervise: false,
    schedule: false,
    migrate: false,
    createSchema: false,
    db: { executeSql: throughCaller },
  });
  return sender;
}

/** Enqueues inside the caller's transaction: the job exists exactly when the change does, and knows who ordered it. */
export async function enqueue<Data extends object>(
  tx: Ctx,
  job: Pick<Job<Data>, "name">,
  data: Data,
  options: { key?: string; startAfterSeconds?: number } = {},
): Promise<void> {
  const boss = openSender();
  const requestedBy = requesterOf(tx.actor);
  const sent = requestedBy ? { ...data, requestedBy } : data;
  await sending.run(fromDrizzle(tx.db as never, sql as never), () =>
    boss.send(job.name, sent, {
      ...(options.key ? { singletonKey: options.key } : {}),
      ...(options.startAfterSeconds ? { startAfter: options.startAfterSeconds } : {}),
    }),
  );
}

/** As `enqueue`, for many jobs of one kind in one statement. */
export async function enqueueAll<Data extends object>(
  tx: Ctx,
  job: Pick<Job<Data>, "name">,
  list: readonly Data[],
): Promise<void> {
  if (list.length === 0) return;
  const boss = openSender();
  await sending.run(fromDrizzle(tx.db as never, sql as never), () =>
    boss.insert(
      job.name,
      list.map((data) => ({ data })),
    ),
  );
}

export type AnyJob = Job<never>;
export type Queue = { stop: () => Promise<void> };

/** Creates pg-boss's tables and a queue for each job; run by the migration step, before any process enqueues. */
export async function prepareQueues(databaseUrl: string, jobs: readonly AnyJob[]): Promise<void> {
  const boss = new PgBoss({ ...bossConnection(databaseUrl), supervise: false, schedule: false, max: 1 });
  boss.on("error", () => {});
  await boss.start();
  for (const job of jobs) await ensureQueue(boss, job);
  // Finished jobs are many, and those that run are asked for every five seconds (`superviseJobs`).
  await boss
    .getDb()
    .executeSql(
      `create index if not exists jobs_running_idx on ${bossSchema}.job (name) where state = 'active'`,
    );
  await boss.stop({ graceful: false });
}

/** What has ended is looked at for a day, and thrown away within the hour after it. */
const keptSeconds = 24 * 3600;
const throwAwayEverySeconds = 3600;

async function ensureQueue(boss: PgBoss, job: AnyJob): Promise<void> {
  const settings = {
    retryLimit: job.retryLimit,
    retryBackoff: true,
    retryDelay: 5,
    expireInSeconds: job.expireInSeconds,
    heartbeatSeconds: 10,
    deleteAfterSeconds: keptSeconds,
  };
  if (await boss.getQueue(job.name)) await boss.updateQueue(job.name, settings);
  else await boss.createQueue(job.name, { ...settings, policy: job.isSingleton ? "stately" : "standard" });
}

/** It supervises only when told to (`superviseJobs`); which keys are taken, each worker hears every five seconds. */
const pace = {
  supervise: false,
  monitorIntervalSeconds: 4,
  queueCacheIntervalSeconds: 5,
  maintenanceIntervalSeconds: throwAwayEverySeconds,
  // A schedule is of minutes, and a large index of its own table is a matter of releases.
  cronWorkerIntervalSeconds: 20,
  bamIntervalSeconds: 600,
};

/** Starts the workers of all jobs. `stop` waits for running work up to its grace, then lets others take it over. */
export async function workQueues(
  databaseUrl: string,
  jobs: readonly AnyJob[],
  tools: {
    ctxFor: (jobName: string) => Ctx;
    outside: Outside;
    onError: (error: unknown, job?: string) => void;
  },
): Promise<Queue> {
  const boss = new PgBoss({ ...bossConnection(databaseUrl), max: 4, ...pace });
  boss.on("error", (error) => tools.onError(error));
  await boss.start();
  const workers = new Map<string, string>();
  const { db } = tools.ctxFor("queues");
  const watch = wakeWorkers(boss, db, workers, tools.onError);
  for (const job of jobs) {
    await ensureQueue(boss, job);
    if (job.cron) await boss.schedule(job.name, job.cron, {}, { tz: "UTC" });
    else await boss.unschedule(job.name);
    // Of several that wait, the next is taken at once; otherwise each would cost a pause. By itself a worker hardly looks.
    const polling = { pollingIntervalSeconds: 300, burstWhenReadyExceeds: 1 };
    const work = async (taken: { id: string; data: unknown; signal: AbortSignal }) => {
      try {
        const handed = {
          ctx: onBehalf(tools.ctxFor(job.name), taken.data),
          outside: tools.outside,
          signal: taken.signal,
        };
        await observeJob(job.name, taken.id, () => job.work(handed, taken.data as never));
      } catch (error) {
        tools.onError(error, job.name);
        throw error;
      } finally {
        // A job mostly orders the next one of a chain that somebody waits for, and may itself be wanted again.
        void watch.look(job.name);
      }
    };
    const id = job.sideBySide
      ? await workSideBySide(boss, job, { ...polling, batchSize: job.sideBySide }, work)
      : await boss.work(job.name, polling, async ([taken]) => taken && work(taken));
    workers.set(job.name, id);
  }
  const ofOneKey = jobs.filter(({ isSingleton, hasOneKey }) => isSingleton && hasOneKey);
  const supervision = superviseJobs(
    boss,
    db,
    ofOneKey.map(({ name }) => name),
    tools.onError,
  );
  return {
    stop: async () => {
      await watch.stop();
      await supervision.stop();
      await boss.stop({ graceful: true, timeout: 20_000 });
    },
  };
}

/** Takes several at a time with one look at the queue; each succeeds or fails by itself. */
async function workSideBySide(
  boss: PgBoss,
  job: AnyJob,
  pace: { pollingIntervalSeconds: number; batchSize: number },
  work: (taken: { id: string; data: unknown; signal: AbortSignal }) => Promise<void>,
): Promise<string> {
  const options = { ...pace, burstWhenBatchFull: true, perJobResults: true as const };
  return boss.work(job.name, options, (all) =>
    Promise.all(
      all.map((taken) =>
        work(taken).then(
          () => ({ id: taken.id, status: "completed" as const }),
          (error: unknown) => ({
            id: taken.id,
            status: "failed" as const,
            output: { message: error instanceof Error ? error.message : String(error) },
          }),
        ),
      ),
    ),
  );
}

/** The job acts as the system, for whoever ordered it. */
function onBehalf(ctx: Ctx, data: unknown): Ctx {
  const { requestedBy } = (data ?? {}) as { requestedBy?: Requester };
  return requestedBy && ctx.actor.kind === "system" ? { ...ctx, actor: { ...ctx.actor, requestedBy } } : ctx;
}

function bossConnection(databaseUrl: string) {
  // Its driver would wait for ever for a server that is gone without a word.
  const patience = { query_timeout: 30_000, keepAlive: true };
  // That a job was taken or done may be forgotten with a crash: it is then done again, as delivery at least once means. Who
  // orders a job waits for the disk with their own transaction. Without it, webhooks wait behind each of these commits.
  const options = "-c synchronous_commit=off";
  return {
    connectionString: databaseUrl,
    schema: bossSchema,
    application_name: "milepost-jobs",
    options,
    ...patience,
  };
}

export type QueueSizes = { queue: string; waiting: number; deferred: number; active: number; failed: number };

/** How many jobs each queue of ours holds, as last counted: every five seconds while any runs, else every minute. */
export async function readQueueSizes(db: Db): Promise<QueueSizes[]> {
  const rows = await db.execute<QueueSizes>(sql`
    select name as queue, ready_count as waiting, deferred_count as deferred, active_count as active,
      failed_count as failed
    from jobs.queue where name not like '\\_\\_pgboss%' order by name`);
  return [...rows];
}
