import type { Ctx } from "#server/core/context.ts";
import { spread } from "./distribution.ts";
import { type Known, measure, type Side } from "./measured.ts";
import type { Coverage, Figures, FiguresAnswer } from "./model.ts";
import { readUnreviewed } from "./oldest-unreviewed.ts";
import type { Options } from "./parts.ts";
import type { ResolvedScope } from "./scope.ts";
import { toFigures } from "./to-figures.ts";
import type { FiguresWindow } from "./window.ts";

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
  observedSince: Date | null;
  asOf: Date;
  /** What the window before had, so that it need not be read again while nothing in it changes. */
  previous: Side;
};

/** Works a window out from the rows. */
export async function measureWindow(
  ctx: Ctx,
  scope: ResolvedScope,
  window: FiguresWindow,
  options: Options,
  known?: Known,
): Promise<WindowBody> {
  const { services } = scope;
  const [measured, unreviewed, leadTime, recovery] = await Promise.all([
    measure(ctx, scope, window, options, known),
    readUnreviewed(ctx, services),
    spread(ctx, services, window.now, { ...options, metric: "leadTime" }),
    spread(ctx, services, window.now, { ...options, metric: "recovery" }),
  ]);
  return {
    name: scope.name,
    services: new Set(services.map(({ id }) => id)).size,
    withoutDelivery: scope.withoutDelivery,
    figures: toFigures(measured),
    distributions: { leadTime, recovery },
    coverage: measured.now.counts.coverage,
    unreviewed,
    reworked: measured.now.counts.reworked,
    observedSince: measured.observation.since,
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
    observedSince: moment(body.observedSince),
    asOf: new Date(body.asOf),
  };
}
