import { type SQL, sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { type Coverage, evidenceParts, metrics } from "./model.ts";
import { countsForFrequency, isKept, type Options, partOf } from "./parts.ts";
import { deploymentsIn } from "./rows.ts";
import type { ScopeService } from "./scope.ts";
import type { Span } from "./window.ts";

/** `<metric>.<part>` for every part that counts deployments. */
export type PartCounts = Readonly<Record<string, number>>;
export type SpanCounts = {
  parts: PartCounts;
  coverage: Coverage;
  distinctDays: number;
  reworked: number;
};

/** The length of every list of deployments, for each span. A span without any is in the answer, too. */
export async function countDeployments(
  ctx: Ctx,
  services: readonly ScopeService[],
  spans: readonly Span[],
  asked: Options & { timeZone: string },
): Promise<Map<string, SpanCounts>> {
  const named = partColumns(asked);
  const rows = services.length === 0 ? [] : await countRows(ctx, services, spans, asked, named);
  const found = new Map(rows.map((row) => [String(row.key), row]));
  return new Map(spans.map(({ key }) => [key, toCounts(found.get(key), named)]));
}

type Named = { name: string; condition: SQL };
type Row = Record<string, string | number>;

const partColumns = (options: Options): Named[] =>
  metrics.flatMap((metric) =>
    evidenceParts[metric].flatMap((part) => {
      const { kind, condition } = partOf(metric, part, options);
      // Those with changes are counted with the changes, where they are at hand.
      const isOfChanges = metric === "leadTime" && part === "deployments";
      return kind === "deployment" && !isOfChanges ? [{ name: `${metric}.${part}`, condition }] : [];
    }),
  );

const countIf = (condition: SQL) => sql`(count(*) filter (where ${condition}))::int`;

async function countRows(
  ctx: Ctx,
  services: readonly ScopeService[],
  spans: readonly Span[],
  asked: Options & { timeZone: string },
  named: readonly Named[],
): Promise<Row[]> {
  const kept = isKept(asked);
  const columns = named.map(({ name, condition }) => sql`${countIf(condition)} as ${sql.identifier(name)}`);
  const rows = await ctx.db.execute<Row>(sql`
    select w.key, ${sql.join(columns, sql`, `)},
      ${countIf(sql`${kept} and d.outcome = 'success'`)} as total,
      ${countIf(sql`${kept} and d.attribution = 'complete' and d.outcome = 'success'`)} as attributed,
      ${countIf(sql`${kept} and d.reworked_at is not null`)} as reworked,
      (count(distinct (d.at at time zone ${asked.timeZone})::date) filter (where ${kept} and ${countsForFrequency}))::int as days
    from ${deploymentsIn(services, spans)} group by w.key`);
  return [...rows];
}

function toCounts(row: Row | undefined, named: readonly Named[]): SpanCounts {
  const number = (name: string) => Number(row?.[name] ?? 0);
  return {
    parts: Object.fromEntries(named.map(({ name }) => [name, number(name)])),
    coverage: {
      deployments: number("total"),
      attributed: number("attributed"),
      first: number("frequency.first"),
      unknown: number("frequency.unknown"),
      excluded: number("frequency.excluded"),
    },
    distinctDays: number("days"),
    reworked: number("reworked"),
  };
}

/** How many deployments count for frequency in each span, and nothing else: for the many weeks behind a median. */
export async function countFrequency(
  ctx: Ctx,
  services: readonly ScopeService[],
  spans: readonly Span[],
  options: Options,
): Promise<Map<string, number>> {
  const counts = new Map(spans.map(({ key }) => [key, 0]));
  if (services.length === 0 || spans.length === 0) return counts;
  const rows = await ctx.db.execute<{ key: string; n: number }>(sql`
    select w.key, count(*)::int as n from ${deploymentsIn(services, spans)}
    where ${isKept(options)} and ${countsForFrequency} group by w.key`);
  for (const { key, n } of rows) counts.set(key, n);
  return counts;
}

/** The gap in the middle between deployments of one service that count, in seconds. */
export async function readMedianGap(
  ctx: Ctx,
  services: readonly ScopeService[],
  span: Span,
  options: Options,
): Promise<number | null> {
  if (services.length === 0) return null;
  const [row] = await ctx.db.execute<{ gap: number | null }>(sql`
    select percentile_cont(0.5) within group (order by gap) as gap from (
      select extract(epoch from d.at - lag(d.at) over (partition by d.service_id order by d.at)) as gap
      from ${deploymentsIn(services, [span])} where ${isKept(options)} and ${countsForFrequency}
    ) gaps where gap is not null`);
  return row?.gap ?? null;
}
