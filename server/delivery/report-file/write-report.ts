import type { Ctx } from "#server/core/context.ts";
import { refuseUnread } from "#server/delivery/back-fill/read-importing.ts";
import { readCalendarDays, readCalendarSettings } from "#server/delivery/calendar/read-calendar.ts";
import { addDays } from "#server/delivery/calendar/zoned-days.ts";
import { measureWindow, readFacts, type WindowBody } from "#server/delivery/figures/answer.ts";
import type { AskFigures } from "#server/delivery/figures/inputs.ts";
import type { Facts } from "#server/delivery/figures/measured.ts";
import { observedOf } from "#server/delivery/figures/read-figures.ts";
import { type ResolvedScope, resolveScope } from "#server/delivery/figures/scope.ts";
import { measureWeeks, showWeeks } from "#server/delivery/figures/week-figures.ts";
import { type FiguresWindow, lastWeeks, windowOf } from "#server/delivery/figures/window.ts";
import { plainFigures } from "./plain-figures.ts";
import { definitions, readTierRules, rulesInForce } from "./rules.ts";
import { sealLines } from "./seal-lines.ts";
import { earliestOf, type ReportService, serviceLines } from "./service-facts.ts";

/** Rises when a program that reads these files would misunderstand one. */
const formatVersion = 1;

/**
 * A report as a file of its own: facts, rules, figures and hash, a JSON object a line (docs/delivery-reports.md). Everything
 * in it is of one moment, and only services that the actor may see are in it. `write` is handed piece after piece and is
 * waited for. Throws `not_found` for what the actor may not see, before the first piece.
 */
export async function writeReport(
  ctx: Ctx,
  asked: AskFigures,
  write: (text: string) => Promise<void> | void,
): Promise<void> {
  await ctx.db.transaction(
    async (db) => {
      const tx: Ctx = { ...ctx, db };
      const scope = await resolveScope(tx, asked.scope, asked.ownership);
      for await (const text of sealLines(reportLines(tx, asked, scope))) await write(text);
    },
    { isolationLevel: "repeatable read", accessMode: "read only" },
  );
}

async function* reportLines(
  ctx: Ctx,
  asked: AskFigures,
  scope: ResolvedScope,
): AsyncGenerator<readonly object[]> {
  const window = windowOf(asked, await readCalendarSettings(ctx), ctx.now());
  await refuseUnread(
    ctx,
    { scope: asked.scope, ref: scope.ref },
    { from: earliestOf(window), to: window.now.to },
  );
  const services = byService(scope);
  yield [await headerLine(ctx, asked, { scope, services, window })];
  const days = await readCalendarDays(ctx, window.previousDays.from, addDays(window.days.to, -1));
  yield days.map(({ kind, from, to }) => ({ type: "calendar-day", kind, from, to }));
  yield* serviceLines(ctx, services, window);
  const facts = await readFacts(ctx, scope, window, asked);
  const body = await measureWindow(ctx, scope, window, asked, facts);
  yield [{ type: "figures", ...plainFigures(body), observed: observedOf(window, body) }];
  yield await weekLines(facts, window, body);
}

type Parts = { scope: ResolvedScope; services: readonly ReportService[]; window: FiguresWindow };

async function headerLine(ctx: Ctx, asked: AskFigures, { scope, services, window }: Parts): Promise<object> {
  const { calendar } = window;
  return {
    type: "header",
    format: "milepost-delivery-report",
    formatVersion,
    definition: definitions,
    writtenAt: ctx.now().toISOString(),
    scope: {
      kind: scope.kind,
      ref: scope.ref,
      name: scope.name,
      ownership: scope.kind === "team" ? asked.ownership : "now",
      services: services.length,
      withoutDelivery: scope.withoutDelivery,
    },
    window: { ...window.days, previous: window.previousDays, asOf: window.asOf, isPartial: window.isPartial },
    calendar,
    options: { exclusions: asked.exclusions, bots: asked.bots },
    rules: rulesInForce,
    tiers: await readTierRules(ctx),
  };
}

async function weekLines(
  facts: Facts,
  window: FiguresWindow,
  { observation }: WindowBody,
): Promise<object[]> {
  const weeks = lastWeeks(window);
  const measured = await measureWeeks(facts, weeks, window.asOf);
  return showWeeks(weeks, measured, observation).map((week) => ({ type: "week", ...week }));
}

/** Each service once, with the stretches of time in which it belongs to the scope. */
function byService({ services }: ResolvedScope): ReportService[] {
  const grouped = Map.groupBy(services, ({ id }) => id);
  return [...grouped].map(([id, spans]) => ({
    id,
    ref: spans[0]?.ref ?? "",
    owned: spans.map(({ from, to }) => ({ from, to })),
  }));
}
