import { sql } from "drizzle-orm";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { conflict, ensure } from "#server/core/errors.ts";
import type { Figures, Metric } from "#server/delivery/figures/model.ts";
import { metrics } from "#server/delivery/figures/model.ts";
import { readFigures } from "#server/delivery/figures/read-figures.ts";
import { projectService } from "#server/delivery/projection/project-service.ts";
import type { SourceCandidate } from "./inputs.ts";
import { type LoadedService, loadService } from "./load-service.ts";
import { previewDays } from "./model.ts";
import { changeSourceRefusal, insiderRefusal } from "./policy.ts";
import { lockSource, writeSource } from "./save-source.ts";

export type SimulatedFigure = Pick<Figures[Metric], "title" | "value" | "unit" | "n" | "reasonWords">;
export type Simulation = {
  days: number;
  /** Old and new, figure by figure. */
  figures: { metric: Metric; before: SimulatedFigure; after: SimulatedFigure }[];
  deployments: { before: number; after: number };
};

/** Longer than this nobody waits, and nothing else of the service could be written meanwhile. */
const longestMs = 20_000;

/** Carries the answer out of the transaction that it undoes. */
class Undone extends Error {
  readonly simulation: Simulation;
  constructor(simulation: Simulation) {
    super("Undone");
    this.simulation = simulation;
  }
}

/**
 * Works a service out by other rules as if they were saved, reads its figures, and undoes it all: the figures before and
 * after are made by the code that makes those of the pages. Throws `conflict` while the service is being worked out.
 */
export async function simulateSource(ctx: Ctx, input: SourceCandidate): Promise<Simulation> {
  ensure(insiderRefusal(ctx.actor));
  const service = await loadService(ctx, input.entityRef);
  ensure(changeSourceRefusal(ctx.actor, service));
  try {
    return await inTransaction(ctx, (tx) => tryOut(tx, service, input));
  } catch (error) {
    if (error instanceof Undone) return error.simulation;
    throw error;
  }
}

async function tryOut(tx: Ctx, service: LoadedService, input: SourceCandidate): Promise<never> {
  await tx.db.execute(sql`select set_config('statement_timeout', ${String(longestMs)}, true)`);
  const before = await readNow(tx, service);
  const standing = await lockSource(tx, service);
  await writeSource(tx, service, standing, input);
  if (!(await projectService(tx, standing.serviceId)))
    throw conflict("The service is being worked out right now: try again in a moment");
  const after = await readNow(tx, service);
  throw new Undone({
    days: previewDays,
    figures: metrics.map((metric) => ({
      metric,
      before: pick(before.figures[metric]),
      after: pick(after.figures[metric]),
    })),
    deployments: { before: before.coverage.deployments, after: after.coverage.deployments },
  });
}

const readNow = (tx: Ctx, { ref }: LoadedService) =>
  readFigures(tx, {
    scope: { kind: "service", ref },
    days: previewDays,
    exclusions: true,
    bots: true,
    ownership: "now",
  });

const pick = ({ title, value, unit, n, reasonWords }: Figures[Metric]): SimulatedFigure => ({
  title,
  value,
  unit,
  n,
  reasonWords,
});
