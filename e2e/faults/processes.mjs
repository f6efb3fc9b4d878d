// What runs on this machine, read from /proc: who is whose child, and who belongs to a portal.
import { readdirSync, readFileSync } from "node:fs";

const pids = () =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

function read(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}

function statOf(pid) {
  const line = read(pid, "stat");
  if (!line) return null;
  const [state, parent] = line.slice(line.lastIndexOf(")") + 2).split(" ");
  return { state, parent: Number(parent) };
}

export const isAlive = (pid) => {
  const stat = pid ? statOf(pid) : null;
  return stat !== null && stat.state !== "Z";
};

export const commandOf = (pid) => read(pid, "cmdline").split("\0").join(" ").trim();

/** All processes below this one. */
export function descendantsOf(root) {
  const parents = new Map(pids().map((pid) => [pid, statOf(pid)?.parent]));
  const found = new Set([root]);
  for (let size = 0; size !== found.size; ) {
    size = found.size;
    for (const [pid, parent] of parents) if (found.has(parent)) found.add(pid);
  }
  found.delete(root);
  return [...found].filter(isAlive);
}

/** Processes whose environment holds this line. */
export const withEnvironment = (line) =>
  pids().filter(
    (pid) => pid !== process.pid && isAlive(pid) && read(pid, "environ").split("\0").includes(line),
  );
