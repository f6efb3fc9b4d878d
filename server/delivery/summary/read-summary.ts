import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { readCalendarSettings } from "#server/delivery/calendar/read-calendar.ts";
import { addDays, dayOf, startOfDay, weekStart } from "#server/delivery/calendar/zoned-days.ts";
import type { Annotation } from "#server/delivery/figures/figures-answer.ts";
import { AskFigures } from "#server/delivery/figures/inputs.ts";
import { readFigures } from "#server/delivery/figures/read-figures.ts";
import { resolveScope } from "#server/delivery/figures/scope.ts";
import { readIncidentsBetween } from "#server/delivery/timeline/incidents-between.ts";
import type { ReadSummary } from "./inputs.ts";
import { type SummaryService, summarySentences, type WeeklySummary } from "./model.ts";

const weeksBefore = 4;

/**
 * What a digest tells a team of a week: what the actor may see of the services that it and the teams below it own now.
 * Throws not found.
 */
export async function readWeeklySummary(ctx: Ctx, { teamRef, day }: ReadSummary): Promise<WeeklySummary> {
  const { timeZone, weekStartsOn } = await readCalendarSettings(ctx);
  const today = dayOf(ctx.now(), timeZone);
  const from = weekStart(day ?? addDays(today, -7), weekStartsOn);
  const to = addDays(from, 7);
  const scope = { kind: "team" as const, ref: teamRef };
  const { name, ref, services } = await resolveScope(ctx, scope);
  const figures = await readFigures(ctx, AskFigures.parse({ scope, from: addDays(to, -90), to }));
  const stretch = { from: startOfDay(from, timeZone), to: startOfDay(to, timeZone) };
  const refs = services.map((service) => service.ref);
  const began = (await readIncidentsBetween(ctx, refs, stretch)).length;
  const at = figures.weeks.findIndex(({ start }) => start === from);
  const week = figures.weeks[at];
  const told = {
    counts: {
      forward: week?.forward ?? null,
      redeploys: week?.redeploys ?? null,
      rollbacks: week?.rollbacks ?? null,
      changes: week?.changes ?? null,
    },
    unseen: week?.unseen ?? null,
    services: await readDeployed(
      ctx,
      services.map(({ id }) => id),
      stretch,
    ),
    incidents: began === 0 && figures.observed.incidentSources === 0 ? null : began,
    reviews: figures.unreviewed,
    disputed: figures.figures.frequency.counts.disputed,
    recalculated: figures.reworked,
    happened: happenedIn(figures.annotations, from, to),
  };
  const compared = [figures.figures.frequency, figures.figures.leadTime, figures.figures.changeFailRate];
  return {
    team: { ref: ref ?? teamRef, name },
    week: week?.week ?? from,
    from,
    to,
    ...told,
    sentences: summarySentences({
      ...told,
      before: at === -1 ? [] : figures.weeks.slice(Math.max(0, at - weeksBefore), at),
      comparisons: compared.flatMap(({ title, comparison, value }) =>
        comparison && value !== null ? [{ title, words: comparison.words }] : [],
      ),
      now: ctx.now(),
    }),
  };
}

/** Incidents have a number of their own, and a quarter is no news. */
const happenedIn = (annotations: readonly Annotation[], from: string, to: string): string[] =>
  annotations.flatMap((one) =>
    one.kind !== "incident" && one.kind !== "fiscal_quarter" && one.from < to && one.to >= from
      ? [one.title]
      : [],
  );

/** The services are those that the actor may see. */
async function readDeployed(
  ctx: Ctx,
  ids: readonly string[],
  { from, to }: { from: Date; to: Date },
): Promise<SummaryService[]> {
  const rows = await ctx.db.execute<SummaryService>(sql`
    select e.ref, coalesce(e.title, e.name) as name,
      count(*) filter (where d.kind in ('baseline', 'forward', 'unknown'))::int as deployments,
      count(*) filter (where d.kind = 'rollback')::int as rollbacks,
      count(*) filter (where d.fail_state = 'confirmed')::int as failed
    from service_deployments d
    join delivery_services v on v.id = d.service_id
    join entities e on e.ref = v.entity_ref
    where d.service_id = any(${sql.param([...ids])}::uuid[]) and d.tier = 'production' and not d.is_excluded
      and d.succeeded_at >= ${from.toISOString()}::timestamptz and d.succeeded_at < ${to.toISOString()}::timestamptz
    group by e.ref, e.title, e.name order by name, e.ref`);
  return [...rows];
}
