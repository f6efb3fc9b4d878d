import type { Ctx } from "#server/core/context.ts";
import { addDays, earlierDay } from "#server/delivery/calendar/zoned-days.ts";
import { countDisputed } from "./count-disputed.ts";
import { daySpans } from "./days.ts";
import { spread } from "./distribution.ts";
import type { Figures } from "./figure.ts";
import type { Annotation, Coverage, FiguresAnswer } from "./figures-answer.ts";
import { leadsOf } from "./lead-times.ts";
import { type Facts, measure, type Side } from "./measured.ts";
import { type Observation, readObservation } from "./observation.ts";
import { readUnreviewed } from "./oldest-unreviewed.ts";
import type { Options } from "./parts.ts";
import { readDays } from "./read-days.ts";
import { readHappenings } from "./read-happenings.ts";
import { readFailures, recoveryTimes } from "./recoveries.ts";
import { type ResolvedScope, scopeKey } from "./scope.ts";
import { toFigures } from "./to-figures.ts";
import { type FiguresWindow, lastWeeks, type Span } from "./window.ts";

/** A window's figures with what stands beside them; all but the weeks and what the calendar says. */
export type WindowBody = {
  name: string;
  services: number;
  withoutDelivery: number;
  figures: Figures;
  distributions: FiguresAnswer["distributions"];
  coverage: Coverage;
  unreviewed: FiguresAnswer["unreviewed"];
  reworked: number;
  observation: Observation;
  /** In the weeks that are drawn; what the calendar says of them is read anew. */
  happenings: Annotation[];
  asOf: Date;
  /** What the window before had, so that it need not be read again while nothing in it changes. */
  previous: Side;
};

/** The days that a window's answer rests on: those of the window, of the one before it, and of the weeks that are drawn. */
export function daysOf(window: FiguresWindow): Span[] {
  const weeks = lastWeeks(window);
  const from = earlierDay(weeks[0]?.key ?? window.days.from, window.previousDays.from);
  const last = weeks.at(-1)?.key;
  const to = last ? addDays(last, 7) : window.days.to;
  return daySpans(from, to, window.calendar.timeZone);
}

/** Reads from the rows what an answer rests on. */
export async function readFacts(
  ctx: Ctx,
  scope: ResolvedScope,
  window: FiguresWindow,
  options: Options,
): Promise<Facts> {
  const asked = { ...options, stagesFrom: window.now.from };
  const [days, failures] = await Promise.all([
    readDays(ctx, scope.services, daysOf(window), asked),
    readFailures(ctx, scope.services, [...lastWeeks(window), window.previous, window.now], options),
  ]);
  return { seed: scopeKey(scope), days, failures };
}

/** What stands beside the figures of every window that ends on the same day. */
type Beside = Pick<WindowBody, "unreviewed" | "happenings">;

export async function readBeside(ctx: Ctx, scope: ResolvedScope, window: FiguresWindow): Promise<Beside> {
  const [unreviewed, happenings] = await Promise.all([
    readUnreviewed(ctx, scope.services),
    readHappenings(ctx, scope.services, window),
  ]);
  return { unreviewed, happenings };
}

/** Works a window out; `facts` may still be under way. */
export async function measureWindow(
  ctx: Ctx,
  scope: ResolvedScope,
  window: FiguresWindow,
  options: Options,
  facts: Facts | Promise<Facts>,
  beside: Beside | Promise<Beside> = readBeside(ctx, scope, window),
): Promise<WindowBody> {
  const { services } = scope;
  const [found, told, observation, disputed] = await Promise.all([
    facts,
    beside,
    readObservation(ctx, services, window),
    countDisputed(ctx, services, window.now, options),
  ]);
  const leads = leadsOf(found.days, window.now);
  const seen = { hasServices: services.length > 0, observation, disputed };
  const measured = await measure(window, found, seen, leads);
  return {
    name: scope.name,
    services: new Set(services.map(({ id }) => id)).size,
    withoutDelivery: scope.withoutDelivery,
    figures: toFigures(measured),
    distributions: {
      leadTime: spread("leadTime", leads),
      recovery: spread("recovery", recoveryTimes(found.failures, window.now)),
    },
    coverage: measured.now.counts.coverage,
    ...told,
    reworked: measured.now.counts.reworked,
    observation,
    asOf: window.asOf,
    previous: measured.previous,
  };
}

/** A body that was kept as JSON, with its moments as moments again. */
export function reviveBody(body: WindowBody): WindowBody {
  const moment = (at: Date | string | null) => (at === null ? null : new Date(at));
  const { changeFailRate, recovery } = body.figures;
  return {
    ...body,
    figures: {
      ...body.figures,
      changeFailRate: { ...changeFailRate, oldestUnreviewedAt: moment(changeFailRate.oldestUnreviewedAt) },
      recovery: { ...recovery, oldestOpenAt: moment(recovery.oldestOpenAt) },
    },
    unreviewed: { ...body.unreviewed, oldestAt: moment(body.unreviewed.oldestAt) },
    observation: { ...body.observation, since: moment(body.observation.since) },
    asOf: new Date(body.asOf),
  };
}
