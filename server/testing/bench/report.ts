import { backstage, type RequestName } from "./backstage.ts";
import { requestWords } from "./bench-requests.ts";
import type { ImportFigures } from "./measure-import.ts";
import type { PageFigures } from "./measure-page.ts";
import type { RequestFigures } from "./measure-requests.ts";

export type Memory = { rssMb: number; pssMb: number };

export type Figures = {
  machine: { cores: number; memoryGb: number; node: string; loadBefore: number };
  organisation: string;
  /** Medians of several starts on existing data. */
  startMs: number;
  import: ImportFigures;
  memoryAtRest: { web: Memory; worker: Memory };
  memoryAfterLoad: { web: Memory; worker: Memory };
  idleCpuPercent: { web: number; worker: number; postgres: number };
  requests: Record<RequestName, { ten: RequestFigures; one: RequestFigures }>;
  page: PageFigures;
};

type Line = { name: string; ours: number; unit: string; backstage: string; goal?: number };

const sumOf = ({ web, worker }: Figures["memoryAtRest"], field: keyof Memory) => web[field] + worker[field];

/** Everything that was measured, with Backstage's figure and, where the product has promised one, the goal. */
export function linesOf(figures: Figures): Line[] {
  const { page, idleCpuPercent: idle } = figures;
  const [restLow, restHigh] = backstage.memoryAtRestMb;
  return [
    {
      name: "second start to ready",
      ours: figures.startMs,
      unit: "ms",
      backstage: `${backstage.startMs}`,
      goal: 5_000,
    },
    {
      name: `import of ${figures.import.entries} until queryable`,
      ours: figures.import.queryableMs,
      unit: "ms",
      backstage: `${backstage.importMs}`,
      goal: 10_000,
    },
    {
      name: "import: processor time, worker + PostgreSQL",
      ours: figures.import.cpuWorkerMs + figures.import.cpuPostgresMs,
      unit: "ms",
      backstage: "–",
    },
    ...Object.entries(figures.requests).flatMap(([name, measured]) =>
      requestLines(name as RequestName, measured),
    ),
    {
      name: "catalogue page, cold: rows visible",
      ours: page.visibleMs,
      unit: "ms",
      backstage: `${backstage.page.visibleMs}`,
      goal: 700,
    },
    {
      name: "catalogue page, cold: first paint",
      ours: page.firstPaintMs,
      unit: "ms",
      backstage: `${backstage.page.firstPaintMs}`,
    },
    {
      name: "catalogue page: rows painted, by the page's clock",
      ours: page.paintedMs,
      unit: "ms",
      backstage: "–",
    },
    {
      name: "catalogue page: JavaScript, compressed",
      ours: page.scriptKb,
      unit: "kB",
      backstage: "–",
      goal: 200,
    },
    {
      name: "catalogue page: JavaScript with headers",
      ours: page.scriptWireKb,
      unit: "kB",
      backstage: `${backstage.page.scriptKb}`,
    },
    {
      name: "catalogue page: requests",
      ours: page.requests,
      unit: "",
      backstage: `${backstage.page.requests}`,
    },
    {
      name: "memory at rest, web + worker, resident",
      ours: sumOf(figures.memoryAtRest, "rssMb"),
      unit: "MB",
      backstage: `${restLow}–${restHigh}`,
      goal: 400,
    },
    {
      name: "memory at rest, web + worker, proportional",
      ours: sumOf(figures.memoryAtRest, "pssMb"),
      unit: "MB",
      backstage: "–",
    },
    {
      name: "memory after the load, web + worker, resident",
      ours: sumOf(figures.memoryAfterLoad, "rssMb"),
      unit: "MB",
      backstage: "690–703",
    },
    {
      name: "processor at rest, web + worker + PostgreSQL",
      ours: idle.web + idle.worker + idle.postgres,
      unit: "%",
      backstage: "13–17",
    },
  ];
}

const goals: Partial<Record<RequestName, number>> = { list: 25, byName: 15 };

function requestLines(name: RequestName, { ten, one }: { ten: RequestFigures; one: RequestFigures }): Line[] {
  const theirs = backstage.requests[name];
  const words = requestWords[name];
  return [
    {
      name: `${words}: p95, 10 connections`,
      ours: ten.p95,
      unit: "ms",
      backstage: `${theirs.ten.p95}`,
      ...(goals[name] ? { goal: goals[name] } : {}),
    },
    { name: `${words}: p50, 10 connections`, ours: ten.p50, unit: "ms", backstage: `${theirs.ten.p50}` },
    { name: `${words}: p95, 1 connection`, ours: one.p95, unit: "ms", backstage: `${theirs.one.p95}` },
    { name: `${words}: p50, 1 connection`, ours: one.p50, unit: "ms", backstage: `${theirs.one.p50}` },
    {
      name: `${words}: processor time a request`,
      ours: ten.cpuWebMs + ten.cpuPostgresMs,
      unit: "ms",
      backstage: `${theirs.cpuMs}`,
    },
  ];
}

export function printReport(figures: Figures): void {
  const { machine } = figures;
  const rows = linesOf(figures).map(({ name, ours, unit, backstage: theirs, goal }) => [
    name,
    `${shown(ours)} ${unit}`.trim(),
    theirs,
    goal === undefined ? "" : `≤ ${goal}`,
    goal === undefined ? "" : ours <= goal ? "reached" : "MISSED",
  ]);
  const table = [["figure", "Milepost", "Backstage", "goal", ""], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  console.log(`\nBeside it: ${backstage.release}. Organisation: ${figures.organisation}.`);
  console.log(
    `This machine: ${machine.cores} cores, ${machine.memoryGb} GB, Node ${machine.node}, load ${machine.loadBefore} before the run.\n`,
  );
  for (const row of table)
    console.log(
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join("  "),
    );
}

const shown = (value: number) =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
