import { type SQL, sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { countColumns } from "./count-deployments.ts";
import { type Day, type DayRow, toDay } from "./days.ts";
import { stages } from "./model.ts";
import { countsForFrequency, isKept, type Options, partOf } from "./parts.ts";
import { changesIn, deploymentsIn, spanRows } from "./rows.ts";
import type { ScopeService } from "./scope.ts";
import type { Span } from "./window.ts";

/** So many days of services are read with one statement: what it answers passes through memory as text. */
const mostServiceDays = 60_000;
const leastDays = 14;

/** Days in parts that one statement may hold. */
export function inParts(days: readonly Span[], services: number): Span[][] {
  const size = Math.max(leastDays, Math.floor(mostServiceDays / Math.max(1, services)));
  return Array.from({ length: Math.ceil(days.length / size) }, (_, i) =>
    days.slice(i * size, (i + 1) * size),
  );
}

/** Days of a scope in their order, from the rows themselves. Stages only of those from `stagesFrom` on. */
export async function readDays(
  ctx: Ctx,
  services: readonly ScopeService[],
  days: readonly Span[],
  asked: Options & { stagesFrom: Date },
): Promise<Day[]> {
  if (services.length === 0) return days.map((span) => toDay(emptyRow(span.key), span.from));
  const found: Day[] = [];
  for (const part of inParts(days, services.length)) {
    const starts = new Map(part.map(({ key, from }) => [key, from]));
    const rows = await ctx.db.execute<DayRow>(sql`
      select o.day::text as day, ${sql.join(dayColumns, sql`, `)} from (${selectDays(services, part, asked)}) o
      order by o.day`);
    for (const row of rows) found.push(toDay(row, starts.get(row.day) ?? new Date(0)));
  }
  return found;
}

const none = Buffer.alloc(0);
const emptyRow = (day: string): DayRow => ({
  ...{ day, counts: {}, sizes: none, leads: none, gaps: none },
  ...{ coding: none, pickup: none, review: none, deploy: none },
});

const columnNames = ["counts", "sizes", "leads", "gaps", ...stages] as const;
const dayColumns: SQL[] = columnNames.map((name) => sql`${sql.identifier(name)}`);

/** A row for each of these days, with columns as `DayRow` names them: counts, and numbers as PostgreSQL sends them. */
export function selectDays(
  services: readonly ScopeService[],
  days: readonly Span[],
  asked: Options & { stagesFrom?: Date },
): SQL {
  const bytes = (column: SQL) => sql`coalesce(${column}, ''::bytea)`;
  const stageColumns = stages.map((stage) => sql`${bytes(sql.raw(`l.${stage}`))} as ${sql.raw(stage)}`);
  return sql`
    select w.key::date as day, coalesce(n.counts, '{}') || coalesce(l.counts, '{}') as counts,
      ${bytes(sql`l.sizes`)} as sizes, ${bytes(sql`l.leads`)} as leads, ${bytes(sql`g.gaps`)} as gaps,
      ${sql.join(stageColumns, sql`, `)}
    from ${spanRows(days)}
    left join (${selectCounts(services, days, asked)}) n on n.key = w.key
    left join (${selectLeads(services, days, asked)}) l on l.key = w.key
    left join (${selectGaps(services, days, asked)}) g on g.key = w.key`;
}

function selectCounts(services: readonly ScopeService[], days: readonly Span[], options: Options): SQL {
  const pairs = countColumns(options).map(
    ({ name, condition }) => sql`${sql.raw(`'${name}'`)}, count(*) filter (where ${condition})`,
  );
  return sql`
    select w.key, jsonb_build_object(${sql.join(pairs, sql`, `)}, 'oldest', min((
        select min(f.seen_at) from deployment_failures f where f.deployment_id = d.id and f.state = 'suggested'
      )) filter (where ${partOf("changeFailRate", "suggested", options).condition})) as counts
    from ${deploymentsIn(services, days)} group by w.key`;
}

/** Changes by deployment, as these are drawn and compared whole. */
function selectLeads(
  services: readonly ScopeService[],
  days: readonly Span[],
  asked: Options & { stagesFrom?: Date },
): SQL {
  const is = (part: string): SQL => partOf("leadTime", part, asked).condition;
  const hasStages = asked.stagesFrom
    ? sql`${is("changes")} and c.deployed_at >= ${asked.stagesFrom.toISOString()}::timestamptz`
    : is("changes");
  const each = stages.map(
    (stage) => sql`string_agg(float8send(c.${sql.raw(`${stage}_seconds`)}), ''::bytea)
      filter (where ${hasStages}) as ${sql.raw(stage)}`,
  );
  const all = stages.map((stage) => sql`string_agg(${sql.raw(stage)}, ''::bytea) as ${sql.raw(stage)}`);
  const started = (by: string) =>
    sql`count(*) filter (where ${is("changes")} and c.started_by = ${sql.raw(`'${by}'`)}) as ${sql.raw(by)}`;
  return sql`
    select key, string_agg(int4send(m::int), ''::bytea) filter (where m > 0) as sizes,
      string_agg(leads, ''::bytea) filter (where m > 0) as leads, ${sql.join(all, sql`, `)},
      jsonb_build_object('leadTime.clamped', sum(clamped), 'leadTime.bots', sum(bots), 'startedBy.commit', sum(commit),
        'startedBy.pull_request_commit', sum(pull_request_commit),
        'startedBy.pull_request_opened', sum(pull_request_opened)) as counts
    from (
      select w.key, count(*) filter (where ${is("changes")}) as m,
        string_agg(float8send(c.lead_seconds), ''::bytea) filter (where ${is("changes")}) as leads,
        ${sql.join(each, sql`, `)}, count(*) filter (where ${is("clamped")}) as clamped,
        count(*) filter (where ${is("bots")}) as bots, ${started("commit")}, ${started("pull_request_commit")},
        ${started("pull_request_opened")}
      from ${changesIn(services, days, asked)} group by w.key, c.deployment_id
    ) deployment group by key`;
}

/** Of deployments that count for frequency: when the service was deployed before, as far as that counts and was its own. */
function selectGaps(services: readonly ScopeService[], days: readonly Span[], options: Options): SQL {
  const counts = sql`${isKept(options)} and ${countsForFrequency}`;
  const micros = (column: string) =>
    sql`float8send((extract(epoch from ${sql.raw(column)}) * 1000000)::float8)`;
  return sql`
    select key, string_agg(${micros("before")} || ${micros("at")}, ''::bytea) as gaps from (
      select o.key, o.at, coalesce(o.before, (
        select d.at from service_deployments d where d.service_id = o.service_id and d.tier = 'production'
          and d.at < o.at and d.at >= o.owned_from and ${counts} order by d.at desc limit 1)) as before
      from (
        select w.key, d.service_id, d.at, s.owned_from,
          lag(d.at) over (partition by d.service_id order by d.at) as before
        from ${deploymentsIn(services, days)} where ${counts}
      ) o
    ) gap where before is not null group by key`;
}
