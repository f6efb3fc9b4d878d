import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type PostgresAddress, socketPort } from "./choose-address.ts";
import { EmbeddedPostgresError } from "./embedded-error.ts";
import type { Place } from "./place-cluster.ts";
import { readPostmaster } from "./read-postmaster.ts";
import { telling, toolEnvironment } from "./run-tool.ts";

export type Durability = "durable" | "fast";

/** For tests alone: a crash may lose or break the data. */
const fastSettings = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off"];

const largestLogBytes = 10_000_000;

/** The server ended before it was ready; `reason` is its own last word. */
export class LaunchFailure extends Error {
  readonly reason: string;
  constructor(reason: string) {
    super(reason);
    this.reason = reason;
  }
}

/** Starts the server and waits until it takes connections. It logs to a file, since it may outlive this process. */
export async function launchPostmaster(
  place: Place,
  address: PostgresAddress,
  durability: Durability,
  logFile: string,
): Promise<{ pid: number; child: ChildProcess }> {
  const log = openLog(logFile);
  const offset = statSync(logFile).size;
  const child = spawn(join(place.native, "bin/postgres"), serverArguments(place, address, durability), {
    ...place.runAs,
    cwd: place.cluster,
    env: toolEnvironment,
    stdio: ["ignore", log, log],
    detached: true,
  });
  closeSync(log);
  let failure: string | null = null;
  child.on("error", (error) => (failure = error.message));
  child.unref();
  for (;;) {
    if (failure !== null) throw new LaunchFailure(failure);
    if (child.exitCode !== null || child.signalCode !== null)
      throw new LaunchFailure(telling(readFrom(logFile, offset)));
    const postmaster = readPostmaster(place.cluster);
    if (child.pid !== undefined && postmaster?.pid === child.pid && postmaster.status === "ready")
      return { pid: child.pid, child };
    await sleep(10);
  }
}

function serverArguments(place: Place, address: PostgresAddress, durability: Durability): string[] {
  const isSocket = address.kind === "socket";
  const settings = [
    `listen_addresses=${isSocket ? "" : "127.0.0.1"}`,
    `port=${isSocket ? socketPort : address.port}`,
    `unix_socket_directories=${isSocket ? quoteSetting(address.folder) : ""}`,
    "unix_socket_permissions=0700",
    "log_line_prefix=%m [%p] ",
    ...(durability === "fast" ? fastSettings : ["fsync=on", "synchronous_commit=on"]),
  ];
  return ["-D", place.cluster, ...settings.flatMap((setting) => ["-c", setting])];
}

/** The setting is a list: a comma or a blank in a folder's name must not divide it. */
const quoteSetting = (folder: string) => `"${folder.replaceAll('"', '""')}"`;

function openLog(file: string): number {
  try {
    if (existsSync(file) && statSync(file).size > largestLogBytes) renameSync(file, `${file}.1`);
    return openSync(file, "a", 0o600);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new EmbeddedPostgresError(
      `PostgreSQL's log ${file} cannot be written (${code}): check space and rights`,
      {
        cause: error,
      },
    );
  }
}

const readFrom = (file: string, offset: number) => readFileSync(file).subarray(offset).toString("utf8");
