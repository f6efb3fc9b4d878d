import { type SQL, sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { readCursor, writeCursor } from "#server/core/pagination.ts";
import { readCalendarSettings } from "#server/delivery/calendar/read-calendar.ts";
import type { EvidencePage, EvidenceRow } from "./evidence-page.ts";
import { type RawEvidence, toEvidenceRow } from "./evidence-row.ts";
import type { AskEvidence } from "./inputs.ts";
import { type PartKind, partOf } from "./parts.ts";
import { changesIn, deploymentsIn, failuresIn } from "./rows.ts";
import { type ResolvedScope, resolveScope } from "./scope.ts";
import { type FiguresWindow, windowOf } from "./window.ts";

/**
 * The very rows that a figure counts, the newest first: the conditions are those of the count, so `total` is the figure's
 * number. `nextCursor` continues the page.
 */
export async function readEvidence(ctx: Ctx, asked: AskEvidence): Promise<EvidencePage> {
  const window = windowOf(asked, await readCalendarSettings(ctx), ctx.now());
  const scope = await resolveScope(ctx, asked.scope, asked.ownership);
  if (scope.services.length === 0) return { items: [], total: 0, nextCursor: null };
  const source = sourceOf(scope, window, asked);
  const [page, [counted]] = await Promise.all([
    readPage(ctx, source, window, asked),
    ctx.db.execute<{ total: number }>(
      sql`select count(*)::int as total from ${source.from} where ${source.where}`,
    ),
  ]);
  return { ...page, total: counted?.total ?? 0 };
}

const rowsAtOnce = 2_000;

/** All rows of a part, in pieces, for a file. */
export async function* streamEvidence(ctx: Ctx, asked: AskEvidence): AsyncGenerator<EvidenceRow[]> {
  const window = windowOf(asked, await readCalendarSettings(ctx), ctx.now());
  const scope = await resolveScope(ctx, asked.scope, asked.ownership);
  if (scope.services.length === 0) return;
  const source = sourceOf(scope, window, asked);
  let cursor: string | undefined;
  do {
    const page = await readPage(ctx, source, window, { cursor, limit: rowsAtOnce });
    yield page.items;
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
}

async function readPage(
  ctx: Ctx,
  source: Source,
  window: FiguresWindow,
  { cursor, limit }: { cursor?: string | undefined; limit: number },
): Promise<Omit<EvidencePage, "total">> {
  const rows = await ctx.db.execute<RawEvidence>(sql`
    with page as (
      select ${source.keys} from ${source.from} where ${source.where} ${afterCursor(cursor, source)}
      order by ${source.at} desc, ${source.id} desc, ${source.key} desc limit ${limit + 1}
    )
    select ${rowColumns}, ${source.columns} from page join service_deployments d on d.id = page.id
    join delivery_services v on v.id = d.service_id ${source.joins}
    order by page.at desc, page.id desc, page.key desc`);
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return {
    items: items.map((row) => toEvidenceRow(row, window)),
    nextCursor:
      last && rows.length > limit
        ? writeCursor([new Date(last.pageAt).toISOString(), Number(last.id), last.pageKey])
        : null,
  };
}

type Source = {
  from: SQL;
  where: SQL;
  at: SQL;
  id: SQL;
  key: SQL;
  /** What the page carries of each row. */
  keys: SQL;
  columns: SQL;
  joins: SQL;
};

const rowColumns = sql`page.at as "pageAt", page.key as "pageKey", d.id::float8 as id, v.entity_ref as "serviceRef", d.at,
  d.environment, d.sha, d.ref, d.outcome, d.kind, d.attribution, d.attribution_note as "attributionNote",
  d.change_count as "changeCount", d.is_excluded as "isExcluded", d.fail_state as "failState",
  d.rework_signs as "reworkSigns", d.reworked_at as "reworkedAt", d.definition`;

/** Moments in cursors have milliseconds, so they are compared in milliseconds. */
const inMs = (column: SQL) => sql`date_trunc('milliseconds', ${column})`;

function sourceOf(scope: ResolvedScope, window: FiguresWindow, asked: AskEvidence): Source {
  const part = partOf(asked.metric, asked.part, asked);
  const parts: Record<PartKind, () => Source> = {
    deployment: () => ({
      from: deploymentsIn(scope.services, [window.now]),
      where: part.condition,
      at: inMs(sql`d.at`),
      id: sql`d.id`,
      key: sql`''::text`,
      keys: sql`${inMs(sql`d.at`)} as at, d.id, ''::text as key`,
      columns: sql`null as "changeKey", null as "recoveredAt", null as "detectedAt", false as "isFailure"`,
      joins: sql``,
    }),
    change: () => ({
      from: changesIn(scope.services, [window.now], asked),
      where: part.condition,
      at: inMs(sql`c.deployed_at`),
      id: sql`c.deployment_id`,
      key: sql`c.key`,
      keys: sql`${inMs(sql`c.deployed_at`)} as at, c.deployment_id as id, c.key`,
      columns: sql`${changeColumns}, null as "recoveredAt", null as "detectedAt", false as "isFailure"`,
      joins: sql`join deployment_changes c on c.deployment_id = page.id and c.key = page.key`,
    }),
    failure: () => ({
      from: failuresIn(scope.services, [window.now], asked),
      where: part.condition,
      at: inMs(sql`x.at`),
      id: sql`x.id`,
      key: sql`''::text`,
      keys: sql`${inMs(sql`x.at`)} as at, x.id, ''::text as key, x.recovered_at, x.detected_at`,
      columns: sql`null as "changeKey", page.recovered_at as "recoveredAt", page.detected_at as "detectedAt",
        true as "isFailure"`,
      joins: sql``,
    }),
  };
  return parts[part.kind]();
}

const changeColumns = sql`c.key as "changeKey", c.pull_request as "pullRequest", c.sha as "changeSha",
  c.started_at as "startedAt", c.started_by as "startedBy", c.lead_seconds as "leadSeconds", c.coding_seconds as coding,
  c.pickup_seconds as pickup, c.review_seconds as review, c.deploy_seconds as deploy, c.was_clamped as "wasClamped",
  c.is_bot as "isBot"`;

function afterCursor(cursor: string | undefined, { at, id, key }: Source): SQL {
  if (!cursor) return sql``;
  const [when, row, text] = readCursor(cursor, ["time", "whole", "text"]);
  return sql`and (${at}, ${id}, ${key}) < (${String(when)}::timestamptz, ${Number(row)}::bigint, ${String(text)}::text)`;
}
