import { setTimeout as sleep } from "node:timers/promises";
import { type SQL, sql } from "drizzle-orm";
import type { Db } from "#db/types.ts";
import { readQueueSizes } from "#server/core/jobs.ts";
import { sessionIdleDays } from "#server/identity/model.ts";
import { gauge } from "#server/observe/series.ts";

export type Figures = { refresh: () => Promise<void> };

/** However often somebody scrapes, and however many do. */
const maxAgeMs = 15_000;
/** A scrape waits 10 s at most by default: it then gets what this process knows without the database. */
const patienceMs = 5_000;

type Row = { labels?: Record<string, string>; value: number | null };
type Figure = { name: string; help: string; labelNames?: string[]; read: (db: Db) => Promise<Row[]> };

/** One number from one row; none where it is null. */
const single = (query: SQL) => async (db: Db) => {
  const [row] = await db.execute<{ value: string | number | null }>(query);
  return [{ value: row?.value === null || row?.value === undefined ? null : Number(row.value) }];
};

/** Rows of a `label` (of few values, known beforehand) and a `value`. */
const labelled = (labelName: string, query: SQL) => async (db: Db) => {
  const rows = await db.execute<{ label: string; value: string | number }>(query);
  return rows.map(({ label, value }) => ({ labels: { [labelName]: label }, value: Number(value) }));
};

const figures: readonly Figure[] = [
  {
    name: "milepost_inbox_webhooks",
    help: "Webhooks in the inbox that still have to be worked in or went wrong, by state",
    labelNames: ["state"],
    // One by one, so that each is counted in its partial index and not in the whole inbox.
    read: labelled(
      "state",
      sql`select 'pending' as label, count(*) as value from webhook_deliveries where state = 'pending'
        union all select 'failed', count(*) from webhook_deliveries where state = 'failed'
        union all select 'unreadable', count(*) from webhook_deliveries where state = 'unreadable'
        union all select 'conflict', count(*) from webhook_deliveries where state = 'conflict'`,
    ),
  },
  {
    name: "milepost_inbox_oldest_pending_seconds",
    help: "Age of the oldest webhook that still has to be worked in; 0 when there is none",
    read: single(
      sql`select coalesce(greatest(0, extract(epoch from now() - min(received_at))), 0) as value
        from webhook_deliveries where state = 'pending'`,
    ),
  },
  {
    name: "milepost_jobs",
    help: "Jobs by queue and state, as counted every 5 seconds while any runs, else every minute",
    labelNames: ["queue", "state"],
    read: async (db) =>
      (await readQueueSizes(db)).flatMap(({ queue, ...sizes }) =>
        Object.entries(sizes).map(([state, value]) => ({ labels: { queue, state }, value })),
      ),
  },
  {
    name: "milepost_backup_last_success_timestamp_seconds",
    help: "When the last backup that this portal made was finished; absent when there is none",
    read: single(
      sql`select extract(epoch from max(finished_at)) as value from backups where state in ('done', 'removed')`,
    ),
  },
  {
    name: "milepost_backup_last_failure_timestamp_seconds",
    help: "When the last backup failed; absent when none has",
    read: single(
      sql`select extract(epoch from max(coalesce(finished_at, started_at))) as value from backups where state = 'failed'`,
    ),
  },
  {
    name: "milepost_sessions_live",
    help: "Browsers that are signed in",
    read: single(
      sql`select count(*) as value from sessions
        where expires_at > now() and seen_at > now() - make_interval(days => ${sessionIdleDays})`,
    ),
  },
  {
    name: "milepost_audit_chain_position",
    help: "The last position of the audit log's hash chain, by stream; it never falls",
    labelNames: ["stream"],
    // Leaps from stream to stream in the key: counting a log of years would read all of it.
    read: labelled(
      "stream",
      sql`with recursive streams as (
          (select stream, position from event_chain order by stream desc, position desc limit 1)
          union all
          select next.stream, next.position from streams, lateral (
            select stream, position from event_chain
            where stream < streams.stream order by stream desc, position desc limit 1
          ) as next
        ) select stream as label, position as value from streams`,
    ),
  },
  {
    name: "milepost_audit_chain_intact",
    help: "1 when the last check of the audit log found it intact, 0 when not; absent before the first check",
    read: single(sql`select is_intact::int as value from audit_checks where checked_at is not null`),
  },
  {
    name: "milepost_processes",
    help: "Processes that gave a sign of life in the last 30 seconds, by kind",
    labelNames: ["kind"],
    read: labelled(
      "kind",
      sql`select label, count(p.name) as value from unnest(array['web', 'worker']) as label
        left join processes p on p.kind = label and p.name <> 'worker' and p.seen_at > now() - interval '30 seconds'
        group by label`,
    ),
  },
  {
    name: "milepost_database_connections",
    help: "This portal's connections to PostgreSQL, by the program that holds them and by what they do",
    labelNames: ["program", "state"],
    read: async (db) => {
      const rows = await db.execute<{ program: string; state: string; value: string }>(
        sql`select program, state, count(*) as value from (
            select case when application_name in ('milepost-web', 'milepost-worker', 'milepost-jobs')
                then application_name else 'other' end as program,
              case when state = 'active' then 'active' when state like 'idle in transaction%' then 'in transaction'
                else 'idle' end as state
            from pg_stat_activity where datname = current_database() and backend_type = 'client backend'
          ) as held group by program, state`,
      );
      return rows.map(({ program, state, value }) => ({ labels: { program, state }, value: Number(value) }));
    },
  },
  {
    name: "milepost_database_connections_allowed",
    help: "PostgreSQL's max_connections, less what it reserves",
    read: single(
      sql`select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int as value`,
    ),
  },
  {
    name: "milepost_database_size_bytes",
    help: "The database's size on disk",
    read: single(sql`select pg_database_size(current_database()) as value`),
  },
];

/** Reads what only the database knows, every 15 seconds at most. When it does not answer, the figures are absent. */
export function makeFigures(db: Db): Figures {
  const series = figures.map(({ name, help, labelNames = [], read }) => {
    const one = gauge({ name, help, labelNames });
    const clear = () => {
      one.reset();
      // Without labels, prom-client resets to 0, which would be a figure.
      if (labelNames.length === 0) one.remove();
    };
    return { one, clear, read };
  });
  const isRead = gauge({
    name: "milepost_figures_up",
    help: "1 when the figures from the database are of the last 15 seconds, 0 when it did not answer",
  });
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | null = null;

  const read = async () => {
    const began = performance.now();
    try {
      // One after the other: a scrape takes one connection of the pool, not all.
      for (const { one, clear, read: readRows } of series) {
        const rows = await readRows(db);
        clear();
        for (const { labels = {}, value } of rows) if (value !== null) one.set(labels, value);
      }
      isRead.set(1);
    } catch {
      for (const { clear } of series) clear();
      isRead.set(0);
    }
    readAt = began;
    reading = null;
  };

  return {
    refresh: async () => {
      if (performance.now() - readAt < maxAgeMs) return;
      reading ??= read();
      const isLate = await Promise.race([reading.then(() => false), sleep(patienceMs, true, { ref: false })]);
      if (isLate) isRead.set(0);
    },
  };
}
