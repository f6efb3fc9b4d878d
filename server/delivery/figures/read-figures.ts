import { knownRef } from "#server/catalog/reads/links.ts";
import { isInsider } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import { hideUnread } from "#server/delivery/back-fill/hide-unread.ts";
import { countFailed, readImporting } from "#server/delivery/back-fill/read-importing.ts";
import { readCalendarSettings } from "#server/delivery/calendar/read-calendar.ts";
import { earlierDay } from "#server/delivery/calendar/zoned-days.ts";
import { readAnnotations } from "./annotations.ts";
import { measureWindow, readFacts, type WindowBody } from "./answer.ts";
import type { FiguresAnswer, Missing, Observed } from "./figures-answer.ts";
import type { AskFigures } from "./inputs.ts";
import { readObservation } from "./observation.ts";
import { resolveScope, scopeKey } from "./scope.ts";
import { readStanding, type Standing } from "./standing.ts";
import { measureWeeks, showWeeks } from "./week-figures.ts";
import { type FiguresWindow, lastWeeks, weeksWithin, windowOf } from "./window.ts";
import { coverageWords } from "./words.ts";

/** All that a page of figures shows, in one answer. Only services that the actor may see are in it. */
export async function readFigures(ctx: Ctx, asked: AskFigures): Promise<FiguresAnswer> {
  const window = windowOf(asked, await readCalendarSettings(ctx), ctx.now());
  const weeks = lastWeeks(window);
  const first = weeks[0]?.key ?? window.days.from;
  const touched = { from: earlierDay(first, window.days.from), to: window.days.to };
  const ref = asked.scope.kind === "organisation" ? null : knownRef(asked.scope.ref);
  const [found, annotations, importing, failed] = await Promise.all([
    findStanding(ctx, asked, window).then((kept) => kept ?? measureNow(ctx, asked, window)),
    readAnnotations(ctx, touched, window.calendar),
    readImporting(ctx, asked.scope, ref),
    readFailed(ctx, { scope: asked.scope, ref }, window),
  ]);
  const { body } = found;
  const observed = observedOf(window, body);
  const missing = {
    ...(body.observation.missing ?? (await readMissing(ctx, asked, window))),
    ...{ unread: failed.now, unreadBefore: failed.before },
  };
  const answer: FiguresAnswer = {
    scope: scopePart(asked, body),
    window: windowPart(window, body.asOf),
    options: { exclusions: asked.exclusions, bots: asked.bots },
    figures: body.figures,
    distributions: body.distributions,
    coverage: body.coverage,
    observed,
    missing,
    coverageWords: coverageWords(body.coverage, observed, missing, body.services),
    weeks: showWeeks(weeks, found.weeks, body.observation),
    annotations: [...annotations, ...body.happenings],
    unreviewed: body.unreviewed,
    reworked: body.reworked,
    computedAt: found.computedAt,
    importing: null,
  };
  return hideUnread(answer, window, importing);
}

/** Of a single service the import hides what it did not read: no part of it stands among others. */
async function readFailed(
  ctx: Ctx,
  about: { scope: AskFigures["scope"]; ref: string | null },
  { now, previous, weeks }: FiguresWindow,
): Promise<{ now: number; before: number }> {
  if (about.scope.kind === "service") return { now: 0, before: 0 };
  const first = Math.min(previous.from.getTime(), ...weeks.map(({ from }) => from.getTime()));
  return countFailed(ctx, about, { now, before: { from: new Date(first), to: now.from } });
}

/** Of figures that a release before this one has kept. */
async function readMissing(
  ctx: Ctx,
  { scope, ownership }: AskFigures,
  window: FiguresWindow,
): Promise<Pick<Missing, "unobserved" | "late">> {
  const { services } = await resolveScope(ctx, scope, ownership);
  return (await readObservation(ctx, services, window)).missing ?? { unobserved: 0, late: 0 };
}

/** Kept figures are of everything there is and of the usual options: guests see less, so theirs are worked out. */
async function findStanding(ctx: Ctx, asked: AskFigures, window: FiguresWindow): Promise<Standing | null> {
  const isUsual = asked.exclusions && asked.bots && asked.ownership === "now";
  if (!isUsual || !isInsider(ctx.actor)) return null;
  const ref = asked.scope.kind === "organisation" ? null : knownRef(asked.scope.ref);
  return readStanding(ctx, scopeKey({ kind: asked.scope.kind, ref }), window);
}

async function measureNow(ctx: Ctx, asked: AskFigures, window: FiguresWindow): Promise<Standing> {
  const scope = await resolveScope(ctx, asked.scope, asked.ownership);
  const facts = readFacts(ctx, scope, window, asked);
  const [body, weeks] = await Promise.all([
    measureWindow(ctx, scope, window, asked, facts),
    facts.then((found) => measureWeeks(found, lastWeeks(window), window.asOf)),
  ]);
  return { body, weeks, computedAt: null };
}

const scopePart = ({ scope, ownership }: AskFigures, body: WindowBody): FiguresAnswer["scope"] => ({
  kind: scope.kind,
  ref: scope.kind === "organisation" ? null : knownRef(scope.ref),
  name: body.name,
  services: body.services,
  withoutDelivery: body.withoutDelivery,
  ownership: scope.kind === "team" ? ownership : "now",
});

export function observedOf(window: FiguresWindow, { observation }: WindowBody): Observed {
  const weeks = weeksWithin(window);
  const gaps = weeks.flatMap(({ key }) => observation.unseen[key] ?? []);
  return {
    weeks: weeks.length,
    unseenWeeks: gaps.length,
    unseenServices: Math.max(0, ...gaps.map(({ services }) => services)),
    incidentSources: observation.incidentSources,
  };
}

const windowPart = (window: FiguresWindow, asOf: Date): FiguresAnswer["window"] => ({
  ...window.days,
  timeZone: window.calendar.timeZone,
  previous: window.previousDays,
  isPartial: window.isPartial,
  asOf,
});
