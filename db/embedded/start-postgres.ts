import type { ChildProcess } from "node:child_process";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { chooseAddress, databaseUrl, moveToFreePort, type PostgresAddress } from "./choose-address.ts";
import { EmbeddedPostgresError } from "./embedded-error.ts";
import { guardProcess, postgresEscalation } from "./guard-process.ts";
import { initialiseCluster, runSingleUser } from "./initialise-cluster.ts";
import { type Durability, LaunchFailure, launchPostmaster } from "./launch-postmaster.ts";
import { locateBinaries } from "./locate-binaries.ts";
import { type Place, placeCluster } from "./place-cluster.ts";
import { leaveAsLast, registerUser } from "./postgres-users.ts";
import { processState } from "./process-state.ts";
import { settleEarlier } from "./settle-earlier.ts";

export type StartOptions = {
  /** The folder that holds the cluster (postgres-18), its log and its socket. */
  dataDir: string;
  /** "fast" is for tests: a crash of the machine may lose data. */
  durability: Durability;
  /** Hears a calm line about what takes a while. */
  onLine?: (line: string) => void;
  /** Where root keeps a cluster that PostgreSQL's user could not reach in `dataDir`. */
  fallbackHome?: string;
};

export type EmbeddedPostgres = {
  /** URI of the database "milepost". It stays the same when this data folder is started again. */
  url: string;
  pid: number;
  /** The process that stops PostgreSQL when this one dies; it changes when it has to be replaced. */
  guardPid: () => number | undefined;
  /** True when the server was running already. */
  adopted: boolean;
  /** The cluster's real folder. */
  folder: string;
  /** Stops the server, unless another living process uses it too. */
  stop: () => Promise<void>;
  /** Settles when the server has ended, whoever ended it. */
  exited: Promise<void>;
};

/**
 * Starts the embedded PostgreSQL of a data folder, or adopts the one that runs there.
 * Throws EmbeddedPostgresError with one sentence: what, where, what to do.
 */
export async function startEmbeddedPostgres(options: StartOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  const binaries = locateBinaries();
  const place = placeCluster(dataDir, binaries, options.fallbackHome);
  const secretFile = join(dataDir, "postgres-address.json");
  const address = await chooseAddress(place.socketFolder, secretFile);
  const user = registerUser(join(dataDir, "postgres-users"));
  try {
    const running = await settleEarlier(place.cluster, address);
    if (running !== null) return supervise(running, null, address, place, user);
    const { isNew } = await initialiseCluster(place, binaries.major, options.durability === "fast");
    if (isNew) options.onLine?.(`made the data folder ${place.cluster}`);
    if (isNew && place.isMoved)
      options.onLine?.(`(PostgreSQL's user cannot reach ${dataDir}, where a link stands for it)`);
    const launched = await launch(
      place,
      address,
      secretFile,
      join(dataDir, "postgres.log"),
      options.durability,
    );
    return supervise(launched.pid, launched.child, launched.address, place, user);
  } catch (error) {
    leaveAsLast(user);
    throw error;
  }
}

type Launched = { pid: number; child: ChildProcess; address: PostgresAddress };

const patienceMs = 30_000;

/** Starts the server; tries again while an earlier one lets go of its lock, its shared memory or the port. */
async function launch(
  place: Place,
  wanted: PostgresAddress,
  secretFile: string,
  log: string,
  durability: Durability,
): Promise<Launched> {
  const deadline = Date.now() + patienceMs;
  let address = wanted;
  if (address.kind === "loopback")
    await runSingleUser(place, `alter role milepost password '${address.password}';`);
  for (;;) {
    try {
      return { ...(await launchPostmaster(place, address, durability, log)), address };
    } catch (error) {
      if (!(error instanceof LaunchFailure)) throw error;
      const isPassing = /lock file|shared memory block|listen|in use/i.test(error.reason);
      if (!isPassing || Date.now() > deadline)
        throw new EmbeddedPostgresError(
          `PostgreSQL did not start on ${place.cluster} (${error.reason}): its log ${log} says more; or set DATABASE_URL`,
        );
      if (address.kind === "loopback" && /listen|in use/i.test(error.reason))
        address = await moveToFreePort(secretFile, address.password);
      await sleep(250);
    }
  }
}

function supervise(
  pid: number,
  child: ChildProcess | null,
  address: PostgresAddress,
  place: Place,
  user: { folder: string; own: string },
): EmbeddedPostgres {
  const guard = guardProcess(pid, postgresEscalation, user);
  const exited = (child ? childEnd(child) : foreignEnd(pid)).then(() => guard.letGo());
  const stop = async () => {
    const isLast = leaveAsLast(user);
    if (isLast) await stopPostgres(pid, exited);
    guard.letGo();
  };
  const guardPid = () => guard.pid;
  return {
    url: databaseUrl(address),
    pid,
    guardPid,
    adopted: child === null,
    folder: place.cluster,
    stop,
    exited,
  };
}

/** Fast shutdown; the immediate one when that takes longer than anything reasonable. */
async function stopPostgres(pid: number, exited: Promise<void>): Promise<void> {
  for (const [signal, seconds] of postgresEscalation) {
    if (processState(pid) !== "running") return;
    process.kill(pid, `SIG${signal}` as NodeJS.Signals);
    const timeout = new AbortController();
    await Promise.race([exited, sleep(seconds * 1000, null, { signal: timeout.signal }).catch(() => {})]);
    timeout.abort();
  }
}

function childEnd(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once("exit", () => resolve());
  });
}

/** A server that another process started tells nobody of its end: it has to be looked for. */
async function foreignEnd(pid: number): Promise<void> {
  while (processState(pid) === "running") await sleep(250, undefined, { ref: false });
}
