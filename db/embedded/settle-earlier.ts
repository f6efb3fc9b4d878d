import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { PostgresAddress } from "./choose-address.ts";
import { EmbeddedPostgresError } from "./embedded-error.ts";
import { isPostgresOf, postgresProcessesOf, processState } from "./process-state.ts";
import { postgresAnswers, readPostmaster } from "./read-postmaster.ts";

const patienceMs = 60_000;
/** Backends of a killed postmaster notice its death by themselves; one in a long computation needs telling. */
const hintAfterMs = 3_000;

/**
 * What an earlier life left in the data folder: answers with the pid of a server that still runs and takes connections,
 * or null when the way is free for a new one. Waits for a server that is just starting or stopping, and clears away a
 * lock file whose process is gone, a zombie, or another program that got the same pid.
 */
export async function settleEarlier(cluster: string, address: PostgresAddress): Promise<number | null> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const postmaster = readPostmaster(cluster);
    if (!postmaster) {
      await refuseForeign(cluster, address);
      await awaitBackends(cluster);
      return null;
    }
    const isOurs = processState(postmaster.pid) === "running" && isPostgresOf(postmaster.pid, cluster);
    if (!isOurs) {
      await refuseForeign(cluster, address);
      await awaitBackends(cluster);
      rmSync(join(cluster, "postmaster.pid"), { force: true });
      return null;
    }
    if (postmaster.status === "ready" && (await postgresAnswers(address))) return postmaster.pid;
    if (Date.now() > deadline)
      throw new EmbeddedPostgresError(
        `A PostgreSQL (process ${postmaster.pid}) holds ${cluster} and does not answer: ` +
          `stop it with "kill -INT ${postmaster.pid}" and start again`,
      );
    await sleep(50);
  }
}

/** A server that answers but is not among the visible processes runs in another container on the same folder. */
async function refuseForeign(cluster: string, address: PostgresAddress): Promise<void> {
  if (address.kind !== "socket" || !(await postgresAnswers(address, 1000))) return;
  if (postgresProcessesOf(cluster).length > 0) return;
  throw new EmbeddedPostgresError(
    `The data folder ${cluster} is in use by a PostgreSQL of another container or machine: ` +
      `stop that one, or set MILEPOST_DATA_DIR to another folder`,
  );
}

/** A new server may not start while a process of the old one still writes. */
async function awaitBackends(cluster: string): Promise<void> {
  const start = Date.now();
  let isHinted = false;
  for (;;) {
    const left = postgresProcessesOf(cluster);
    if (left.length === 0) return;
    if (!isHinted && Date.now() - start > hintAfterMs) {
      isHinted = true;
      for (const pid of left) kill(pid, "SIGQUIT");
    }
    if (Date.now() - start > patienceMs)
      throw new EmbeddedPostgresError(
        `Processes of an earlier PostgreSQL still work in ${cluster} (${left.join(", ")}): end them and start again`,
      );
    await sleep(50);
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended meanwhile, which is what we want.
  }
}
