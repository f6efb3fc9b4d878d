import { join } from "node:path";
import postgres from "postgres";
import { cpuOf, findProcesses } from "../read-processes.ts";

export type Database = ReturnType<typeof openDatabase>;

/** The portal's own embedded PostgreSQL, by its socket. */
export function openDatabase(dataDir: string) {
  return postgres({
    host: join(dataDir, "socket"),
    username: "milepost",
    database: "milepost",
    max: 1,
    idle_timeout: 5,
    onnotice: () => {},
    connection: { application_name: "bench" },
  });
}

/** Processor time in ms by what it is spent for: taking in, working in, and what PostgreSQL does beside both. */
export type Cpu = { web: number; worker: number; storing: number; workingIn: number; beside: number };

/** As far as processes live: a backend that ended takes its time with it. */
export async function readCpu(sql: Database, starter: number): Promise<Cpu> {
  const { web, worker, postgres: backends } = findProcesses(starter);
  const rows = await sql<{ pid: number; name: string }[]>`
    select pid, coalesce(application_name, '') as name from pg_stat_activity`;
  const nameOf = new Map(rows.map(({ pid, name }) => [pid, name]));
  const sum = (isMeant: (name: string) => boolean) =>
    cpuOf(backends.filter((pid) => isMeant(nameOf.get(pid) ?? "")));
  const isStoring = (name: string) => name.startsWith("milepost-ingest") || name.startsWith("milepost-web");
  const isWorking = (name: string) => name.startsWith("milepost-worker") || name.startsWith("milepost-jobs");
  return {
    web: cpuOf([web]),
    worker: cpuOf([worker]),
    storing: sum(isStoring),
    workingIn: sum(isWorking),
    beside: sum((name) => !isStoring(name) && !isWorking(name) && name !== "bench"),
  };
}

export async function countPending(sql: Database): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from webhook_deliveries where state = 'pending'`;
  return row?.count ?? 0;
}

export type Outcome = {
  stored: number;
  states: Record<string, number>;
  lagMs: { p50: number; p99: number; max: number };
};

/** What stands in the inbox of those that were sent; the lag is from the receipt to the end of the work. */
export async function readOutcome(sql: Database): Promise<Outcome> {
  const states = await sql<{ state: string; count: number }[]>`
    select state, count(*)::int as count from webhook_deliveries where hook_key = 'hook:4242' group by state`;
  const [lag] = await sql<{ p50: number; p99: number; max: number }[]>`
    select percentile_cont(0.5) within group (order by ms) as p50,
      percentile_cont(0.99) within group (order by ms) as p99, max(ms) as max
    from (select extract(epoch from finished_at - received_at)::float8 * 1000 as ms from webhook_deliveries
      where hook_key = 'hook:4242' and finished_at is not null) all_of_them`;
  return {
    stored: states.reduce((sum, { count }) => sum + count, 0),
    states: Object.fromEntries(states.map(({ state, count }) => [state, count])),
    lagMs: { p50: lag?.p50 ?? 0, p99: lag?.p99 ?? 0, max: lag?.max ?? 0 },
  };
}

/** GUIDs that were acknowledged and are not in the inbox. */
export async function findLost(sql: Database, accepted: ReadonlySet<string>): Promise<string[]> {
  const rows = await sql<
    { guid: string }[]
  >`select guid from webhook_deliveries where hook_key = 'hook:4242'`;
  const stored = new Set(rows.map(({ guid }) => guid));
  return [...accepted].filter((guid) => !stored.has(guid));
}
