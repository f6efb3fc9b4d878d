import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

export type ProcessState = "running" | "zombie" | "gone";

const isLinux = process.platform === "linux";

/** A zombie still answers to signals, so a signal alone cannot tell it from a living process. */
export function processState(pid: number): ProcessState {
  if (!answersSignal(pid)) return "gone";
  if (!isLinux) return psField(pid, "stat").startsWith("Z") ? "zombie" : "running";
  const state = procStat(pid)?.[0];
  if (state === undefined) return "gone";
  return state === "Z" || state === "X" ? "zombie" : "running";
}

/** Together with the pid it names one process for good: pids are used again, and soon in a container. */
export function processStartMark(pid: number): string | null {
  if (!isLinux) return psField(pid, "lstart") || null;
  return procStat(pid)?.[19] ?? null;
}

/** Is this process a postgres that works in `dataFolder`? On systems without /proc its name has to do. */
export function isPostgresOf(pid: number, dataFolder: string): boolean {
  if (!isLinux) return /postgres/.test(psField(pid, "comm"));
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === dataFolder;
  } catch {
    return false;
  }
}

/** Living processes that work in `dataFolder`: backends outlive a killed postmaster for a moment. */
export function postgresProcessesOf(dataFolder: string): number[] {
  if (!isLinux) return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => isPostgresOf(pid, dataFolder) && processState(pid) === "running");
}

function answersSignal(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Fields of /proc/PID/stat from the third (state) on; the name before it may hold blanks and brackets. */
function procStat(pid: number): string[] | null {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, "utf8");
    return line.slice(line.lastIndexOf(")") + 2).split(" ");
  } catch {
    return null;
  }
}

function psField(pid: number, field: string): string {
  return spawnSync("ps", ["-o", `${field}=`, "-p", String(pid)], { encoding: "utf8" }).stdout?.trim() ?? "";
}
