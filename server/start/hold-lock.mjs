import { spawnSync } from "node:child_process";
import { constants, copyFileSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { makeFolder } from "./make-folder.mjs";

/**
 * Takes a lock file that names this process and `about`. Answers null when it is ours now, else what its living holder
 * wrote. The lock of a process that is gone is taken over: pid and start time together name a process for good.
 * It is given back when this process ends.
 */
export function holdLock(file, about = {}) {
  makeFolder(dirname(file), process.getuid?.() === 0 ? 0o711 : 0o700);
  const own = { pid: process.pid, startedAt: startMark(process.pid), ...about };
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(own), { mode: 0o600 });
  try {
    for (;;) {
      if (tryLink(draft, file)) {
        process.on("exit", () => releaseLock(file));
        return null;
      }
      const holder = readHolder(file);
      if (holder) return holder;
      removeStale(file);
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

export function releaseLock(file) {
  if (readLock(file)?.pid === process.pid) rmSync(file, { force: true });
}

/** The living process that holds the lock, or null. */
export function readHolder(file) {
  const lock = readLock(file);
  if (!lock) return null;
  return isRunning(lock.pid) && startMark(lock.pid) === lock.startedAt ? lock : null;
}

/** Moved away before it is judged: another process may have put its own lock there since we looked. */
function removeStale(file) {
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (readHolder(aside)) tryLink(aside, file);
  rmSync(aside, { force: true });
}

function tryLink(from, to) {
  try {
    makeExclusive(from, to);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

/** A link puts the whole file there at once; some network and container file systems have none. */
function makeExclusive(from, to) {
  try {
    linkSync(from, to);
  } catch (error) {
    if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"].includes(error.code)) throw error;
    copyFileSync(from, to, constants.COPYFILE_EXCL);
  }
}

function readLock(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code !== "EPERM") return false;
  }
  return processStat(pid)?.[0] !== "Z";
}

function startMark(pid) {
  if (process.platform === "linux") return processStat(pid)?.[19] ?? null;
  return spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).stdout?.trim() || null;
}

/** Fields of /proc/PID/stat from the third on; null elsewhere than on Linux. */
function processStat(pid) {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, "utf8");
    return line.slice(line.lastIndexOf(")") + 2).split(" ");
  } catch {
    return null;
  }
}
