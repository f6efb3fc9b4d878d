import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { readCalendarSettings } from "#server/delivery/calendar/read-calendar.ts";
import type { Figures } from "#server/delivery/figures/figure.ts";
import { type Metric, metrics } from "#server/delivery/figures/model.ts";
import { windowOf } from "#server/delivery/figures/window.ts";
import { readDefaultSource } from "#server/delivery/projection/read-default-source.ts";
import { measureService } from "#server/delivery/simulation/measure-service.ts";
import { setApart, undo, workOutApart } from "#server/delivery/simulation/work-apart.ts";
import type { SourceCandidate } from "./inputs.ts";
import { loadService } from "./load-service.ts";
import { previewDays } from "./model.ts";
import { changeSourceRefusal, insiderRefusal } from "./policy.ts";
import { readStanding, settingsOf } from "./source-rule.ts";
import { readTierRules } from "./tiers.ts";

export type SimulatedFigure = Pick<Figures[Metric], "title" | "value" | "unit" | "n" | "reasonWords">;
export type Simulation = {
  days: number;
  /** Old and new, figure by figure. */
  figures: { metric: Metric; before: SimulatedFigure; after: SimulatedFigure }[];
  deployments: { before: number; after: number };
};

/** Longer than this nobody waits. */
const longestMs = 20_000;

/**
 * Works a service out by another source, reads its figures, and undoes it all: the figures before and after are made by the
 * code that makes those of the pages. Nothing real is written or held meanwhile.
 */
export async function simulateSource(ctx: Ctx, input: SourceCandidate): Promise<Simulation> {
  ensure(insiderRefusal(ctx.actor));
  const loaded = await loadService(ctx, input.entityRef);
  ensure(changeSourceRefusal(ctx.actor, loaded));
  const { ref } = loaded;
  return undo(ctx, async (tx) => {
    await tx.db.execute(sql`select set_config('statement_timeout', ${String(longestMs)}, true)`);
    const standing = await readStanding(tx, ref);
    const service = { id: standing.serviceId ?? randomUUID(), entityRef: ref };
    const settings = await settingsOf(tx, input, standing.settings);
    const rules = { tiers: await readTierRules(tx), defaultSource: await readDefaultSource(tx) };
    const window = windowOf({ days: previewDays }, await readCalendarSettings(tx), tx.now());
    const before = await measureService(tx, service, window);
    await setApart(tx);
    await workOutApart(tx, { ...service, source: input.source, settings, pathGlobs: input.pathGlobs }, rules);
    const after = await measureService(tx, service, window);
    return {
      days: previewDays,
      figures: metrics.map((metric) => ({
        metric,
        before: pick(before.figures[metric]),
        after: pick(after.figures[metric]),
      })),
      deployments: { before: before.coverage.deployments, after: after.coverage.deployments },
    };
  });
}

const pick = ({ title, value, unit, n, reasonWords }: Figures[Metric]): SimulatedFigure => ({
  title,
  value,
  unit,
  n,
  reasonWords,
});
