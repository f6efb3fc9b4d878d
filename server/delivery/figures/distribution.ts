import type { Ctx } from "#server/core/context.ts";
import { readImporting, touches } from "#server/delivery/back-fill/read-importing.ts";
import { readCalendarSettings } from "#server/delivery/calendar/read-calendar.ts";
import { daySpans } from "./days.ts";
import type { Distribution } from "./figures-answer.ts";
import type { AskDistribution } from "./inputs.ts";
import { leadsOf } from "./lead-times.ts";
import { readDays } from "./read-days.ts";
import { readFailures, recoveryTimes } from "./recoveries.ts";
import { resolveScope } from "./scope.ts";
import { windowOf } from "./window.ts";

const [minute, hour, day] = [60, 3600, 86_400];

/** Where buckets begin, in seconds: finer where most changes are, with the bounds of the bands among them. */
const bounds: readonly { from: number; words: string }[] = [
  { from: 0, words: "Under 15 minutes" },
  { from: 15 * minute, words: "15 minutes to 1 hour" },
  { from: hour, words: "1 to 3 hours" },
  { from: 3 * hour, words: "3 to 8 hours" },
  { from: 8 * hour, words: "8 hours to 1 day" },
  { from: day, words: "1 to 3 days" },
  { from: 3 * day, words: "3 days to 1 week" },
  { from: 7 * day, words: "1 to 2 weeks" },
  { from: 14 * day, words: "2 weeks to 1 month" },
  { from: 30 * day, words: "1 to 3 months" },
  { from: 91 * day, words: "3 to 6 months" },
  { from: 183 * day, words: "Over 6 months" },
];

/** How the values behind a median are spread, as it is on the page of the same window. */
export async function readDistribution(ctx: Ctx, asked: AskDistribution): Promise<Distribution> {
  const window = windowOf(asked, await readCalendarSettings(ctx), ctx.now());
  const { ref, services } = await resolveScope(ctx, asked.scope, asked.ownership);
  if (touches(await readImporting(ctx, asked.scope, ref), window.now))
    return { metric: asked.metric, n: 0, buckets: [] };
  if (asked.metric === "recovery") {
    const failures = await readFailures(ctx, services, [window.now], asked);
    return spread("recovery", recoveryTimes(failures, window.now));
  }
  const { from, to } = window.days;
  const spans = daySpans(from, to, window.calendar.timeZone);
  const days = await readDays(ctx, services, spans, { ...asked, stagesFrom: window.now.to });
  return spread("leadTime", leadsOf(days, window.now));
}

/** Durations over buckets that add up to `n`. Of recovery those that are over. */
export function spread(metric: Distribution["metric"], durations: Float64Array): Distribution {
  const counts = new Uint32Array(bounds.length);
  for (const seconds of durations) {
    const place = bucketOf(seconds);
    counts[place] = (counts[place] ?? 0) + 1;
  }
  return {
    metric,
    n: durations.length,
    buckets: bounds.map(({ from, words }, index) => ({
      from,
      to: bounds[index + 1]?.from ?? null,
      count: counts[index] ?? 0,
      words,
    })),
  };
}

/** The last bucket that does not begin above; there are a dozen. */
function bucketOf(seconds: number): number {
  let place = bounds.length - 1;
  while (place > 0 && (bounds[place]?.from ?? 0) > seconds) place -= 1;
  return place;
}
