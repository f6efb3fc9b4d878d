import { knownRef } from "#server/catalog/reads/links.ts";
import { isInsider } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import { readCalendarSettings } from "#server/delivery/calendar/read-calendar.ts";
import { earlierDay } from "#server/delivery/calendar/zoned-days.ts";
import { readAnnotations } from "./annotations.ts";
import { measureWindow, type WindowBody } from "./answer.ts";
import type { AskFigures } from "./inputs.ts";
import type { FiguresAnswer } from "./model.ts";
import { resolveScope, scopeKey } from "./scope.ts";
import { readStanding, type Standing } from "./standing.ts";
import { measureWeeks, showWeeks } from "./week-figures.ts";
import { type FiguresWindow, lastWeeks, windowOf } from "./window.ts";
import { coverageWords } from "./words.ts";

/** All that a page of figures shows, in one answer. Only services that the actor may see are in it. */
export async function readFigures(ctx: Ctx, asked: AskFigures): Promise<FiguresAnswer> {
  const window = windowOf(asked, await readCalendarSettings(ctx), ctx.now());
  const weeks = lastWeeks(window);
  const first = weeks[0]?.key ?? window.days.from;
  const touched = { from: earlierDay(first, window.days.from), to: window.days.to };
  const [found, annotations] = await Promise.all([
    findStanding(ctx, asked, window).then((kept) => kept ?? measureNow(ctx, asked, window)),
    readAnnotations(ctx, touched, window.calendar),
  ]);
  const { body } = found;
  return {
    scope: scopePart(asked, body),
    window: windowPart(window, body.asOf),
    options: { exclusions: asked.exclusions, bots: asked.bots },
    figures: body.figures,
    distributions: body.distributions,
    coverage: body.coverage,
    coverageWords: coverageWords(body.coverage),
    weeks: showWeeks(weeks, found.weeks, body.observedSince),
    annotations,
    unreviewed: body.unreviewed,
    reworked: body.reworked,
    computedAt: found.computedAt,
  };
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
  const [body, weeks] = await Promise.all([
    measureWindow(ctx, scope, window, asked),
    measureWeeks(ctx, scope, window, lastWeeks(window), asked),
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

const windowPart = (window: FiguresWindow, asOf: Date): FiguresAnswer["window"] => ({
  ...window.days,
  timeZone: window.calendar.timeZone,
  previous: window.previousDays,
  isPartial: window.isPartial,
  asOf,
});
