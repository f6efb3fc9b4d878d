import { type SQL, sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { readCalendarSettings } from "#server/delivery/calendar/read-calendar.ts";
import type { AskDistribution } from "./inputs.ts";
import type { Distribution } from "./model.ts";
import { type Options, partOf } from "./parts.ts";
import { changesIn, failuresIn } from "./rows.ts";
import { resolveScope, type ScopeService } from "./scope.ts";
import { type Span, windowOf } from "./window.ts";

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
  const { services } = await resolveScope(ctx, asked.scope, asked.ownership);
  return spread(ctx, services, window.now, { ...asked, metric: asked.metric });
}

/** The buckets add up to `n`. Of recovery those that are over. */
export async function spread(
  ctx: Ctx,
  services: readonly ScopeService[],
  span: Span,
  asked: Options & { metric: Distribution["metric"] },
): Promise<Distribution> {
  const isLeadTime = asked.metric === "leadTime";
  const part = partOf(asked.metric, isLeadTime ? "changes" : "recovered", asked);
  const value = isLeadTime
    ? sql`c.lead_seconds`
    : sql`greatest(0, extract(epoch from x.recovered_at - x.at))`;
  const from = isLeadTime ? changesIn(services, [span], asked) : failuresIn(services, [span], asked);
  const counts = services.length === 0 ? [] : await countBuckets(ctx, { value, from, where: part.condition });
  const found = new Map(counts.map(({ bucket, count }) => [bucket, count]));
  const buckets = bounds.map(({ from: low, words }, index) => ({
    from: low,
    to: bounds[index + 1]?.from ?? null,
    count: found.get(index + 1) ?? 0,
    words,
  }));
  return { metric: asked.metric, n: buckets.reduce((sum, { count }) => sum + count, 0), buckets };
}

async function countBuckets(
  ctx: Ctx,
  { value, from, where }: { value: SQL; from: SQL; where: SQL },
): Promise<{ bucket: number; count: number }[]> {
  const starts = sql`${sql.param(bounds.map((bound) => bound.from))}::float8[]`;
  const rows = await ctx.db.execute<{ bucket: number; count: number }>(sql`
    select width_bucket(${value}::float8, ${starts}) as bucket, count(*)::int as count from ${from} where ${where} group by 1`);
  return [...rows];
}
