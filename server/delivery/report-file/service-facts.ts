import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { findUnread } from "#server/delivery/back-fill/read-importing.ts";
import { readServiceObservations } from "#server/delivery/figures/service-observation.ts";
import type { FiguresWindow } from "#server/delivery/figures/window.ts";
import { readRules } from "#server/delivery/projection/read-rules.ts";
import type { Source } from "#server/delivery/projection/recognise.ts";
import { commitLines } from "./commit-lines.ts";
import { deploymentLines } from "./deployment-lines.ts";
import {
  byPlace,
  exactly,
  type LinesByPlace,
  type ServiceSubject,
  sparse,
  subjectRows,
} from "./line-parts.ts";
import { mostTogether, packServices, rowsAtOnce, type Size } from "./pack-services.ts";

export type ReportService = {
  id: string;
  ref: string;
  /** Between which moments its deployments are in the scope. */
  owned: { from: string; to: string }[];
};

/**
 * Services with all facts of their production deployments, one after another, in pieces: nobody is named in them. Small ones
 * are read together, so that many of them take few statements; memory holds the rows of one pack.
 */
export async function* serviceLines(
  ctx: Ctx,
  services: readonly ReportService[],
  window: FiguresWindow,
  most: Size & { services: number } = mostTogether,
): AsyncGenerator<readonly object[]> {
  for (let at = 0; at < services.length; at += most.services) {
    const subjects = await readSubjects(ctx, services.slice(at, at + most.services), window);
    for (const pack of packServices(subjects, most)) yield* packLines(ctx, pack);
  }
}

/** The rows of a single service go out as they are read; those of several wait for their turn. */
async function* packLines(ctx: Ctx, subjects: readonly ServiceSubject[]): AsyncGenerator<readonly object[]> {
  const lines = subjects.map(({ line }): object[] => [line]);
  for (const part of [commitLines, deploymentLines, decisionLines])
    for await (const page of part(ctx, subjects)) {
      for (const [n, rows] of page.entries()) for (const row of rows) lines[n]?.push(row);
      if (lines.length === 1) yield lines[0]?.splice(0) ?? [];
    }
  yield* lines;
}

/** Where what a report counts begins: with its weeks, or with the window before its own. */
export const earliestOf = ({ weeks, previous }: FiguresWindow): Date =>
  new Date(Math.min(Number(weeks[0]?.from ?? previous.from), Number(previous.from)));

type Row = Size & {
  id: string;
  source: Source | null;
  settings: Record<string, string>;
  pathGlobs: string[];
  isDue: boolean;
};

async function readSubjects(
  ctx: Ctx,
  services: readonly ReportService[],
  window: FiguresWindow,
): Promise<(ServiceSubject & Size)[]> {
  const rows = await readRows(ctx, services);
  const known = services.flatMap((service) => {
    const row = rows.get(service.id);
    return row ? [{ ...service, row }] : [];
  });
  const rules = await readRules(
    ctx,
    known.map(({ ref, row }) => ({ entityRef: ref, source: row.source, settings: row.settings })),
  );
  const seen = await readSeen(ctx, known, window);
  return known.flatMap(({ id, ref, owned, row }, index) => {
    const rule = rules[index];
    if (!rule) return [];
    const { settings, pathGlobs, isDue, commits, deployments } = row;
    const times = owned.map(({ from, to }) => ({
      ...(from === "-infinity" ? {} : { from }),
      ...(to === "infinity" ? {} : { to }),
    }));
    const line = {
      ...{ type: "service", ref, source: rule.source, settings },
      ...sparse({ pathGlobs, asGiven: isDue, ...seen(id, ref) }),
      owned: times,
    };
    const { source, repositoryIds } = rule;
    return [{ id, source, pathGlobs, repositoryIds, line, commits, deployments }];
  });
}

async function readRows(ctx: Ctx, services: readonly ReportService[]): Promise<ReadonlyMap<string, Row>> {
  const ids = sql.param(services.map(({ id }) => id));
  const rows = await ctx.db.execute<Row>(sql`
    select v.id, v.source, v.settings, v.path_globs as "pathGlobs", v.due_from is not null as "isDue", (
        select count(*)::int from (
          select from service_commits m where m.service_id = v.id and m.tier = 'production'
          limit ${rowsAtOnce.commits + 1}) m) as commits, (
        select count(*)::int from (
          select from service_deployments d where d.service_id = v.id and d.tier = 'production'
          limit ${rowsAtOnce.deployments + 1}) d) as deployments
    from delivery_services v where v.id = any(${ids}::uuid[])`);
  return new Map(rows.map((row) => [row.id, row]));
}

/**
 * Since when each was watched, when it could not be, whether incidents could be seen in the window, and what of its past was
 * not read to its end.
 */
async function readSeen(
  ctx: Ctx,
  services: readonly ReportService[],
  window: FiguresWindow,
): Promise<(id: string, ref: string) => Record<string, unknown>> {
  const spans = services.flatMap(({ id, ref, owned }) => owned.map((span) => ({ id, ref, ...span })));
  const reach = { from: earliestOf(window), to: window.now.to };
  const observed = await readServiceObservations(ctx, spans, { now: window.now, ...reach });
  const unread = await findUnread(
    ctx,
    services.map(({ ref }) => ref),
    reach,
  );
  return (id, ref) => {
    const { since, seesIncidents, gaps } = observed(id);
    return {
      observedSince: since,
      incidentsObserved: seesIncidents,
      gaps: gaps.map(({ from, to }) => sparse({ from, to })),
      unread: unread.get(ref)?.spans,
    };
  };
}

type DecisionRow = { n: number } & Record<string, unknown>;

/** What was decided and why, the oldest first; not by whom. */
async function* decisionLines(ctx: Ctx, subjects: readonly ServiceSubject[]): AsyncGenerator<LinesByPlace> {
  const rows = await ctx.db.execute<DecisionRow>(sql`
    select s.n, t.source_key as deployment, t.signal, t.signal_key as "signalKey", t.decision, t.reason,
      ${exactly(sql`t.at`)} as at
    from ${subjectRows(subjects)} join delivery_decisions t on t.service_id = s.id and t.source = s.source
    order by s.n, t.id`);
  yield byPlace(subjects, rows).map((own) =>
    own.map(({ n: _, ...row }) => ({ type: "decision", ...sparse(row) })),
  );
}
