import autocannon from "autocannon";
import { cpuOf, findProcesses } from "./read-processes.ts";

/** What a round of requests showed: times in ms, processor time per request in ms. */
export type RequestFigures = {
  connections: number;
  requests: number;
  perSecond: number;
  p50: number;
  p95: number;
  p99: number;
  bytes: number;
  cpuWebMs: number;
  cpuPostgresMs: number;
};

type Target = { address: string; token: string; paths: readonly string[]; starter: number };

/** Warms up, then asks for the paths in turn over keep-alive connections. Throws when an answer is not a 2xx. */
export async function measureRequests(
  target: Target,
  settings: { connections: number; warmSeconds: number; seconds: number },
): Promise<RequestFigures> {
  const { connections } = settings;
  await fire(target, connections, settings.warmSeconds);
  const { web } = findProcesses(target.starter);
  // Backends come and go with the pool: those that are there after the round are counted from where they were before it.
  const before = { web: cpuOf([web]), postgres: cpuByPid(target.starter) };
  const { samples, result } = await fire(target, connections, settings.seconds);
  const webMs = cpuOf([web]) - before.web;
  let postgresMs = 0;
  for (const [pid, used] of cpuByPid(target.starter)) postgresMs += used - (before.postgres.get(pid) ?? 0);
  const count = samples.length;
  return {
    connections,
    requests: count,
    perSecond: rounded(count / result.duration),
    p50: quantile(samples, 0.5),
    p95: quantile(samples, 0.95),
    p99: quantile(samples, 0.99),
    bytes: Math.round(result.throughput.total / count),
    cpuWebMs: rounded(webMs / count),
    cpuPostgresMs: rounded(postgresMs / count),
  };
}

const cpuByPid = (starter: number) =>
  new Map(findProcesses(starter).postgres.map((pid) => [pid, cpuOf([pid])]));

/** autocannon's histogram knows no 95th percentile, so each time is kept. */
async function fire(target: Target, connections: number, seconds: number) {
  const samples: number[] = [];
  const headers = { authorization: `Bearer ${target.token}` };
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const run = autocannon(
      {
        url: target.address,
        connections,
        duration: seconds,
        requests: target.paths.map((path) => ({ method: "GET" as const, path, headers })),
      },
      (error: unknown, done) => (error ? reject(error) : resolve(done)),
    );
    run.on("response", (_client, _status, _bytes, ms) => samples.push(ms));
  });
  const bad = result.non2xx + result.errors + result.timeouts;
  if (bad > 0 || samples.length === 0)
    throw new Error(`${bad} of ${samples.length} answers to ${target.paths[0]} were no success`);
  samples.sort((left, right) => left - right);
  return { samples, result };
}

const quantile = (sorted: readonly number[], share: number) =>
  rounded(sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN);

const rounded = (value: number) => (value < 10 ? Math.round(value * 100) / 100 : Math.round(value * 10) / 10);
