import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { processStartMark, processState } from "./process-state.ts";

/**
 * The processes that use one embedded PostgreSQL, each a file named after its pid: a command may start the server and
 * end while the portal, which found it running, goes on. Who leaves last stops it.
 */
export function registerUser(folder: string): { folder: string; own: string } {
  mkdirSync(folder, { recursive: true });
  const own = String(process.pid);
  writeFileSync(join(folder, own), processStartMark(process.pid) ?? "");
  return { folder, own };
}

/** Strikes this process from the list; true when no other living process is on it. */
export function leaveAsLast(user: { folder: string; own: string }): boolean {
  rmSync(join(user.folder, user.own), { force: true });
  return readdirSync(user.folder).every((name) => !isAlive(user.folder, name));
}

function isAlive(folder: string, name: string): boolean {
  const pid = Number(name);
  if (!Number.isSafeInteger(pid) || processState(pid) !== "running") return forget(folder, name);
  const mark = processStartMark(pid);
  if (mark === null || mark === readMark(folder, name)) return true;
  return forget(folder, name);
}

function forget(folder: string, name: string): false {
  rmSync(join(folder, name), { force: true });
  return false;
}

function readMark(folder: string, name: string): string | null {
  try {
    return readFileSync(join(folder, name), "utf8");
  } catch {
    return null;
  }
}
