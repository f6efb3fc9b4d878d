import { readdirSync, readFileSync } from "node:fs";

/** The processes of one portal, by what they are. */
export type PortalProcesses = { web: number; worker: number; postgres: number[] };

type Stat = { pid: number; parent: number; cpuTicks: number };

/** Linux counts processor time in hundredths of a second, whatever the kernel's own tick (proc(5), `CLK_TCK`). */
const tickMs = 10;

function readStat(pid: number): Stat | null {
  const text = readOrEmpty(`/proc/${pid}/stat`);
  if (!text) return null;
  // The name in brackets may hold anything, a bracket too.
  const fields = text
    .slice(text.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);
  return { pid, parent: fields[1] ?? 0, cpuTicks: (fields[11] ?? 0) + (fields[12] ?? 0) };
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

const commandOf = (pid: number) => readOrEmpty(`/proc/${pid}/cmdline`).replaceAll("\0", " ");

function descendants(root: number): number[] {
  const stats = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readStat(Number(name)));
  const found = new Set([root]);
  for (let before = 0; before !== found.size; ) {
    before = found.size;
    for (const stat of stats) if (stat && found.has(stat.parent)) found.add(stat.pid);
  }
  return [...found];
}

/** Finds web, worker and PostgreSQL below the starter; on Linux only. */
export function findProcesses(starter: number): PortalProcesses {
  const all = descendants(starter).map((pid) => ({ pid, command: commandOf(pid) }));
  const one = (pattern: RegExp) => all.find(({ command }) => pattern.test(command))?.pid;
  const [web, worker] = [one(/\bweb\.mjs/), one(/\bworker\.mjs/)];
  if (!web || !worker) throw new Error("The portal's processes were not found below its starter");
  const postgres = all.filter(({ command }) => /(^|\/)postgres(:| )/.test(command)).map(({ pid }) => pid);
  return { web, worker, postgres };
}

/** Resident and proportional set size, in MB of a million bytes. */
export function memoryOf(pid: number): { rssMb: number; pssMb: number } {
  const kilobytes = (text: string, name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? Number.NaN);
  const mb = (kb: number) => Math.round((kb * 1024) / 1e5) / 10;
  return {
    rssMb: mb(kilobytes(readOrEmpty(`/proc/${pid}/status`), "VmRSS")),
    pssMb: mb(kilobytes(readOrEmpty(`/proc/${pid}/smaps_rollup`), "Pss")),
  };
}

/** Processor time used so far by these processes together, in milliseconds. */
export const cpuOf = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => sum + (readStat(pid)?.cpuTicks ?? 0) * tickMs, 0);
