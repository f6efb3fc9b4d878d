import { sql } from "drizzle-orm";
import type { Db } from "#db/types.ts";
import { type ContentTable, quoted } from "./content-tables.ts";
import { waitingJobs } from "./format.ts";

/** The name of our own job: restored, it would at once back up what was just restored. */
export const backUpJobName = "recovery-back-up";

/** Columns of pg-boss's table that make a job; the others are about a run of it. */
const jobColumns = [
  "id",
  "name",
  "priority",
  "data",
  "state",
  "retry_limit",
  "retry_count",
  "retry_delay",
  "retry_backoff",
  "retry_delay_max",
  "expire_seconds",
  "deletion_seconds",
  "singleton_key",
  "singleton_on",
  "start_after",
  "created_on",
  "keep_until",
  "policy",
  "heartbeat_seconds",
];

/** The jobs of the queue that are not finished, as something that COPY can send; null where there is no queue yet. */
export async function readWaitingJobs(db: Db): Promise<(ContentTable & { copyOut: string }) | null> {
  const rows = await db.execute<{ name: string }>(sql`
    select a.attname::text as name from pg_attribute a
    where a.attrelid = to_regclass('jobs.job') and a.attnum > 0 and not a.attisdropped`);
  const present = new Set(rows.map(({ name }) => name));
  const columns = jobColumns.filter((name) => present.has(name));
  if (columns.length === 0) return null;
  // A job that was running is to be run again: nobody will finish it in the restored database.
  const values = columns.map((name) =>
    name === "state" ? "case state when 'active' then 'retry' else state end" : quoted(name),
  );
  const copyOut = `copy (select ${values.join(", ")} from jobs.job
    where state in ('created', 'retry', 'active') and name not like '\\_\\_pgboss\\_\\_%' and name <> '${backUpJobName}'
    order by name collate "C", id) to stdout`;
  return { name: waitingJobs, columns, orderBy: "", copyOut };
}

/** Makes the table that takes the jobs in until the queue is known to take them. */
export async function prepareWaitingJobs(tx: Db, columns: readonly string[]): Promise<string> {
  const list = columns.map(quoted).join(", ");
  await tx.execute(
    sql.raw(`create temp table waiting_jobs on commit drop as select ${list} from jobs.job with no data`),
  );
  return `copy waiting_jobs (${list}) from stdin`;
}

/** Fills the queue. Jobs of queues that this release does not have are left out; answers how many those were. */
export async function requeueWaitingJobs(tx: Db, columns: readonly string[]): Promise<number> {
  const list = columns.map(quoted).join(", ");
  await tx.execute(sql`delete from jobs.job`);
  await tx.execute(
    sql.raw(
      `insert into jobs.job (${list}) select ${list} from waiting_jobs
       where name in (select name from jobs.queue) on conflict do nothing`,
    ),
  );
  const [left] = await tx.execute<{ count: number }>(
    sql`select count(*)::int as count from waiting_jobs where name not in (select name from jobs.queue)`,
  );
  return left?.count ?? 0;
}
