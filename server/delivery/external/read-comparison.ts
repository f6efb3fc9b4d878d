import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { ensure, notFound } from "#server/core/errors.ts";
import { readCalendarSettings } from "#server/delivery/calendar/read-calendar.ts";
import { addDays, dayOf, startOfDay, weekStart } from "#server/delivery/calendar/zoned-days.ts";
import { tierOf } from "#server/delivery/model.ts";
import { readTierRules, ruleFor } from "#server/delivery/sources/tiers.ts";
import { compareDeployments, type Theirs } from "./compare-deployments.ts";
import { compareWeeks } from "./compare-weeks.ts";
import { findNamed, type Named } from "./find-named.ts";
import type { AskComparison } from "./inputs.ts";
import {
  type Columns,
  type ComparedRow,
  type ComparedWeek,
  type Comparison,
  type ExternalFile,
  type Problem,
  type RuleCount,
  type RuleName,
  type ServiceCount,
  type Verdict,
  verdicts,
} from "./model.ts";
import { externalRefusal } from "./policy.ts";
import { readOurs, readOurWeeks, readSeenSince } from "./read-ours.ts";

type StoredFile = Omit<ExternalFile, "importedAt"> & {
  importedAt: string;
  timeZone: string;
  columns: Columns;
  problems: Problem[];
};

type StoredRow = {
  line: number;
  service: string;
  at: string;
  day: string | null;
  environment: string | null;
  sha: string | null;
  outcome: Theirs["outcome"];
  deployments: number | null;
  failed: number | null;
  leadSeconds: number | null;
};

/**
 * A file of another tool beside what this portal has now, worked out anew at each look. Ours are only of services that the
 * actor may see. Nothing of the file enters a figure.
 */
export async function readComparison(ctx: Ctx, asked: AskComparison): Promise<Comparison> {
  const { all, weeks, ...rest } = await compareFile(ctx, asked.id);
  const list: readonly { verdict: Verdict }[] = rest.file.kind === "weeks" ? weeks : all;
  const shown = list.filter(({ verdict }) => asked.show === undefined || verdict === asked.show);
  const page = new Set(shown.slice(asked.offset, asked.offset + asked.limit));
  const end = asked.offset + asked.limit;
  return {
    ...rest,
    counts: Object.fromEntries(
      verdicts.map((verdict) => [verdict, list.filter((row) => row.verdict === verdict).length]),
    ) as Comparison["counts"],
    rows: all.filter((row) => page.has(row)),
    weeks: weeks.filter((row) => page.has(row)),
    total: shown.length,
    nextOffset: end < shown.length ? end : null,
  };
}

/** All rows of both sides, for the page and for a file. Throws `not_found` for a file that is not there. */
export async function compareFile(
  ctx: Ctx,
  id: string,
): Promise<
  Pick<Comparison, "file" | "timeZone" | "theirs" | "ours" | "rules" | "services"> & {
    all: ComparedRow[];
    weeks: ComparedWeek[];
  }
> {
  ensure(externalRefusal(ctx.actor));
  const [stored] = await ctx.db.execute<StoredFile>(sql`
    select id, kind, tool, file_name as "fileName", rows, unreadable, time_zone as "timeZone", columns, problems,
      imported_at as "importedAt", imported_by_name as "importedByName"
    from delivery_external_files where id = ${id}::uuid`);
  if (!stored) throw notFound("There is no such file: it may have been removed");
  const file = { ...stored, importedAt: new Date(stored.importedAt) };
  const rows = await ctx.db.execute<StoredRow>(sql`
    select line, service, at, day, environment, sha, outcome, deployments, failed, lead_seconds as "leadSeconds"
    from delivery_external_rows where file_id = ${id}::uuid order by line`);
  const calendar = await readCalendarSettings(ctx);
  const named = await findNamed(
    ctx,
    rows.map(({ service }) => service),
  );
  const about = { file, timeZone: calendar.timeZone };
  if (file.kind === "weeks") {
    const weeks = await besideWeeks(ctx, rows, named, calendar);
    const sum = (side: "theirs" | "ours") =>
      weeks.reduce((all, row) => all + (row[side]?.deployments ?? 0), 0);
    return {
      ...about,
      all: [],
      weeks,
      theirs: sum("theirs"),
      ours: sum("ours"),
      rules: [],
      services: ofWeeks(weeks),
    };
  }
  const all = await besideDeployments(ctx, rows, named, calendar.timeZone);
  const counts = countRows(all);
  return { ...about, all, weeks: [], ...counts };
}

const historyOf = (named: ReadonlyMap<string, Named>) => [
  ...new Map(
    [...named.values()].flatMap(({ id, ref, name }) =>
      id === null ? [] : [[ref, { id, ref, name }] as const],
    ),
  ).values(),
];

const slackMs = 3 * 86_400_000;

async function besideDeployments(
  ctx: Ctx,
  rows: readonly StoredRow[],
  named: ReadonlyMap<string, Named>,
  timeZone: string,
): Promise<ComparedRow[]> {
  const rules = await readTierRules(ctx);
  const isProduction = (name: string) =>
    (ruleFor(rules, name)?.tier ?? tierOf({ name, isProduction: undefined, isTransient: undefined })) ===
    "production";
  const theirs = rows.map(
    ({ line, service, at, day, environment, sha, outcome }): Theirs => ({
      ...{ line, service, day, environment, sha, outcome, at: new Date(at) },
      serviceRef: named.get(service.toLowerCase())?.ref ?? null,
      isProduction: environment === null ? null : isProduction(environment),
    }),
  );
  const services = historyOf(named);
  const times = theirs.map(({ at }) => at.getTime());
  const from = new Date(times.reduce((a, b) => Math.min(a, b), ctx.now().getTime()) - slackMs);
  const to = new Date(times.reduce((a, b) => Math.max(a, b), 0) + slackMs);
  const [ours, seenSince] = await Promise.all([
    readOurs(ctx, services, { from, to }),
    readSeenSince(
      ctx,
      services.map(({ id }) => id),
    ),
  ]);
  return compareDeployments(theirs, ours, { seenSince, dayOf: (at) => dayOf(at, timeZone) });
}

async function besideWeeks(
  ctx: Ctx,
  rows: readonly StoredRow[],
  named: ReadonlyMap<string, Named>,
  { timeZone, weekStartsOn }: { timeZone: string; weekStartsOn: number },
): Promise<ComparedWeek[]> {
  const theirs = rows.map(({ line, service, day, deployments, failed, leadSeconds }) => ({
    ...{ line, service, day: day ?? "" },
    serviceRef: named.get(service.toLowerCase())?.ref ?? null,
    week: weekStart(day ?? "", weekStartsOn),
    theirs: { deployments, failed, leadSeconds },
  }));
  const starts = [...new Set(theirs.map(({ week }) => week))].sort();
  const weeks = starts.map((start) => {
    const [from, to] = [startOfDay(start, timeZone), startOfDay(addDays(start, 7), timeZone)];
    return { key: start, from, to, judgedTo: to };
  });
  const services = historyOf(named);
  const seenSince = await readSeenSince(
    ctx,
    services.map(({ id }) => id),
  );
  return compareWeeks(theirs, await readOurWeeks(ctx, services, weeks, seenSince));
}

/** How many each side counts: in all, by the rule that explains a row, and by service. */
function countRows(rows: readonly ComparedRow[]): Pick<Comparison, "theirs" | "ours" | "rules" | "services"> {
  const add = (list: readonly ComparedRow[]) => ({
    theirs: list.filter(({ theirs }) => theirs?.counts).length,
    ours: list.filter(({ ours }) => ours?.counts).length,
  });
  const rules = [...Map.groupBy(rows, ({ rule }) => rule)].flatMap(([rule, list]): RuleCount[] =>
    rule === null ? [] : [{ rule: rule satisfies RuleName, rows: list.length, ...add(list) }],
  );
  const services = [...Map.groupBy(rows, ({ serviceRef, service }) => serviceRef ?? service)].map(
    ([, list]): ServiceCount => ({
      service: list[0]?.service ?? "",
      serviceRef: list[0]?.serviceRef ?? null,
      ...add(list),
    }),
  );
  const byName = (a: ServiceCount, b: ServiceCount) => (a.service < b.service ? -1 : 1);
  return { ...add(rows), rules: rules.sort((a, b) => b.rows - a.rows), services: services.sort(byName) };
}

function ofWeeks(weeks: readonly ComparedWeek[]): ServiceCount[] {
  return [...Map.groupBy(weeks, ({ serviceRef, service }) => serviceRef ?? service)].map(([, list]) => ({
    service: list[0]?.service ?? "",
    serviceRef: list[0]?.serviceRef ?? null,
    theirs: list.reduce((sum, row) => sum + (row.theirs.deployments ?? 0), 0),
    ours: list.reduce((sum, row) => sum + (row.ours?.deployments ?? 0), 0),
  }));
}
