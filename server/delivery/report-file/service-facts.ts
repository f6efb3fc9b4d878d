import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { readGapTimes, readObservation } from "#server/delivery/figures/observation.ts";
import type { FiguresWindow } from "#server/delivery/figures/window.ts";
import { readRule } from "#server/delivery/projection/project-service.ts";
import type { Source } from "#server/delivery/projection/recognise.ts";
import { commitLines } from "./commit-lines.ts";
import { deploymentLines } from "./deployment-lines.ts";
import { exactly, type ServiceSubject, sparse } from "./line-parts.ts";

export type ReportService = {
  id: string;
  ref: string;
  /** Between which moments its deployments are in the scope. */
  owned: { from: string; to: string }[];
};

type Row = {
  source: Source | null;
  settings: Record<string, string>;
  pathGlobs: string[];
  isDue: boolean;
};

/** A service with all facts of its production deployments, in pieces: nobody is named in them. */
export async function* serviceLines(
  ctx: Ctx,
  service: ReportService,
  window: FiguresWindow,
): AsyncGenerator<readonly object[]> {
  const [row] = await ctx.db.execute<Row>(sql`
    select source, settings, path_globs as "pathGlobs", due_from is not null as "isDue"
    from delivery_services where id = ${service.id}`);
  if (!row) return;
  const rule = await readRule(ctx, { entityRef: service.ref, source: row.source, settings: row.settings });
  const repositories = sql`any(${sql.param([...rule.repositoryIds])}::text[])`;
  const subject: ServiceSubject = {
    id: service.id,
    source: rule.source,
    pathGlobs: row.pathGlobs,
    inRepositories: (column) => sql`${column} = ${repositories}`,
  };
  const seen = await readSeen(ctx, service, window);
  const owned = service.owned.map(({ from, to }) => ({
    ...(from === "-infinity" ? {} : { from }),
    ...(to === "infinity" ? {} : { to }),
  }));
  yield [
    {
      type: "service",
      ref: service.ref,
      source: rule.source,
      settings: row.settings,
      ...sparse({ pathGlobs: row.pathGlobs, asGiven: row.isDue, ...seen }),
      owned,
    },
  ];
  yield* commitLines(ctx, subject);
  yield* deploymentLines(ctx, subject);
  yield await decisionLines(ctx, subject);
}

/** Where what a report counts begins: with its weeks, or with the window before its own. */
export const earliestOf = ({ weeks, previous }: FiguresWindow): Date =>
  new Date(Math.min(Number(weeks[0]?.from ?? previous.from), Number(previous.from)));

/** Since when it was watched, when it could not be, and whether incidents could be seen in the window. */
async function readSeen(ctx: Ctx, service: ReportService, window: FiguresWindow): Promise<object> {
  const rows = service.owned.map((span) => ({ id: service.id, ref: service.ref, ...span }));
  const span = { from: earliestOf(window), to: window.now.to };
  const { since, incidentSources } = await readObservation(ctx, rows, window);
  const gaps = await readGapTimes(ctx, rows, span);
  return {
    observedSince: since,
    incidentsObserved: incidentSources > 0,
    gaps: gaps.map(({ from, to }) => sparse({ from, to })),
  };
}

type DecisionRow = {
  deployment: string;
  signal: string | null;
  signalKey: string | null;
  decision: string;
  reason: string;
  at: string;
};

/** What was decided and why, the oldest first; not by whom. */
async function decisionLines(ctx: Ctx, { id, source }: ServiceSubject): Promise<object[]> {
  const rows = await ctx.db.execute<DecisionRow>(sql`
    select source_key as deployment, signal, signal_key as "signalKey", decision, reason, ${exactly(sql`at`)} as at
    from delivery_decisions where service_id = ${id} and source = ${source} order by delivery_decisions.id`);
  return rows.map((row) => ({ type: "decision", ...sparse(row) }));
}
