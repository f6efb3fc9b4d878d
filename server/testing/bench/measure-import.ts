import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ApiClient } from "./api-client.ts";
import { cpuOf, findProcesses } from "./read-processes.ts";

export type ImportFigures = {
  entries: number;
  relations: number;
  /** Until all entries can be queried; until the import says that it is over. */
  queryableMs: number;
  finishedMs: number;
  /** Processor time of the worker and of PostgreSQL in that time: steadier than the clock on a busy machine. */
  cpuWorkerMs: number;
  cpuPostgresMs: number;
};

/** How many entries a folder of catalogue files describes: each document states its kind at the line's beginning. */
export function countEntries(folder: string): number {
  const files = readdirSync(folder).filter((name) => name.endsWith(".yaml"));
  return files.reduce(
    (sum, name) => sum + (readFileSync(join(folder, name), "utf8").match(/^kind:/gm)?.length ?? 0),
    0,
  );
}

/** Registers the folder and waits until every entry can be queried, and then until the import says that it is over. */
export async function measureImport(api: ApiClient, folder: string, starter: number): Promise<ImportFigures> {
  const wanted = countEntries(folder);
  const cpuBefore = readCpu(starter);
  const began = performance.now();
  const { id } = (await api.mutate("catalog.register", { target: folder })) as { id: string };
  while ((await readTotal(api)) < wanted) {
    await isImported(api, id);
    await sleep(50);
  }
  const queryableMs = performance.now() - began;
  while (!(await isImported(api, id))) await sleep(50);
  const finishedMs = performance.now() - began;
  const cpuAfter = readCpu(starter);
  return {
    entries: await readTotal(api),
    relations: await countRelations(api),
    queryableMs,
    finishedMs,
    cpuWorkerMs: cpuAfter.worker - cpuBefore.worker,
    cpuPostgresMs: cpuAfter.postgres - cpuBefore.postgres,
  };
}

/** Backends of PostgreSQL that ended meanwhile are not counted; the pool of the worker keeps its own. */
function readCpu(starter: number): { worker: number; postgres: number } {
  const { worker, postgres } = findProcesses(starter);
  return { worker: cpuOf([worker]), postgres: cpuOf(postgres) };
}

/** Throws when the import ended without success. */
async function isImported(api: ApiClient, id: string): Promise<boolean> {
  const location = (await api.query("catalog.location", { id })) as { state: string; failure: string | null };
  if (location.state === "failed" || location.state === "cancelled")
    throw new Error(`The import ended as ${location.state}: ${location.failure}`);
  return location.state === "imported";
}

async function readTotal(api: ApiClient): Promise<number> {
  const answer = (await api.get("/api/catalog/entities/by-query?limit=0")) as { totalItems: number };
  return answer.totalItems;
}

/** One direction of each pair: these are what the generator states. */
const statedRelations = [
  "ownedBy",
  "partOf",
  "childOf",
  "memberOf",
  "dependsOn",
  "providesApi",
  "consumesApi",
];

async function countRelations(api: ApiClient): Promise<number> {
  const names = statedRelations.map((type) => `relations.${type}`);
  const query = names.map((name) => `facet=${name}`).join("&");
  const { facets } = (await api.get(`/api/catalog/entity-facets?${query}`)) as {
    facets: Record<string, { count: number }[]>;
  };
  return names.reduce(
    (sum, name) => sum + (facets[name] ?? []).reduce((all, { count }) => all + count, 0),
    0,
  );
}
