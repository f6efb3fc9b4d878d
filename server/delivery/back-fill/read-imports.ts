import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { manageImportRefusal, readImportsRefusal } from "../policy.ts";
import { estimateRest } from "./estimate.ts";
import type { ListImported } from "./inputs.ts";
import {
  type ImportedPage,
  type ImportedRepository,
  type ImportedState,
  type ImportItem,
  importedStates,
} from "./model.ts";
import { sliceDays } from "./turns.ts";

type Head = Pick<
  ImportItem,
  "connectionId" | "name" | "state" | "reachDays" | "requests" | "failure" | "startedAt" | "completedAt"
> & {
  resumeAt: string | null;
  activeMs: number;
  left: number | null;
  limit: number | null;
  resetAt: string | null;
};

type Counted = Record<ImportedState, number> & {
  connectionId: string;
  services: number;
  newest: number;
  slices: number;
  leftFirst: number;
  leftOlder: number;
  firstN: number;
  firstMean: number;
  firstDeviation: number;
  olderN: number;
  olderMean: number;
};

const date = (at: string | Date | null) => (at === null ? null : new Date(at));

/** The imports of all connections, with how far they are and how long they still take. */
export async function readImports(ctx: Ctx): Promise<ImportItem[]> {
  ensure(readImportsRefusal(ctx.actor));
  const heads = await ctx.db.execute<Head>(sql`
    select c.id as "connectionId", c.name, i.state, i.reach_days as "reachDays", i.requests::int as requests,
      i.failure, i.started_at as "startedAt", i.completed_at as "completedAt", i.resume_at as "resumeAt",
      i.active_ms::int as "activeMs", b."left", b."limit", b.reset_at as "resetAt"
    from history_imports i join connections c on c.id = i.connection_id
    left join lateral (
      select sum(greatest(0, remaining - "limit" * r.percent / 100))::int as "left",
        sum("limit" - "limit" * r.percent / 100)::int as "limit", max(reset_at) as reset_at
      from connection_budgets, (select coalesce((c.settings ->> 'reservePercent')::int, 0) as percent) r
      where connection_id = c.id and holder <> 'app' and reset_at > ${ctx.now().toISOString()}::timestamptz
    ) b on true
    order by c.name, c.id`);
  if (heads.length === 0) return [];
  const counted = await readCounted(ctx);
  const manage = manageImportRefusal(ctx.actor);
  return heads.map((head) => toItem(head, counted.get(head.connectionId), ctx.now(), { manage }));
}

/** One pass over the plans: at 5,000 repositories some milliseconds. */
async function readCounted(ctx: Ctx): Promise<ReadonlyMap<string, Counted>> {
  const states = sql.join(
    importedStates.map(
      (state) => sql`count(*) filter (where h.state = ${state})::int as ${sql.identifier(state)}`,
    ),
    sql`, `,
  );
  const isOpen = sql`h.state in ('waiting', 'running')`;
  const rows = await ctx.db.execute<Counted>(sql`
    select h.connection_id as "connectionId", ${states},
      count(*) filter (where h.rank < 2 and h.state not in ('failed', 'gone'))::int as services,
      count(*) filter (where h.rank < 2 and h.slices > 0 and h.state not in ('failed', 'gone'))::int as newest,
      coalesce(sum(h.slices) filter (where h.state not in ('failed', 'gone')), 0)::int as slices,
      count(*) filter (where ${isOpen} and h.slices = 0)::int as "leftFirst",
      coalesce(sum(ceil(extract(epoch from coalesce(h.complete_from, h.until_at) - h.reach_at) / ${sliceDays * 86_400})
        - (case when h.slices = 0 then 1 else 0 end)) filter (where ${isOpen}), 0)::int as "leftOlder",
      count(h.first_requests)::int as "firstN", coalesce(avg(h.first_requests), 0)::float8 as "firstMean",
      coalesce(stddev_samp(h.first_requests), 0)::float8 as "firstDeviation",
      coalesce(sum(h.slices - 1) filter (where h.slices > 1), 0)::int as "olderN",
      coalesce(sum(h.requests - h.first_requests) filter (where h.slices > 1)::float8
        / nullif(sum(h.slices - 1) filter (where h.slices > 1), 0), 0)::float8 as "olderMean"
    from history_repositories h group by 1`);
  return new Map(rows.map((row) => [row.connectionId, row]));
}

function toItem(head: Head, counted: Counted | undefined, now: Date, may: ImportItem["may"]): ImportItem {
  const { resumeAt, activeMs, left, limit, resetAt, startedAt, completedAt, ...rest } = head;
  const of = (state: ImportedState) => counted?.[state] ?? 0;
  const repositories = {
    running: of("running"),
    waiting: of("waiting"),
    failed: of("failed"),
    gone: of("gone"),
    done: of("done"),
    all: importedStates.reduce((sum, state) => sum + of(state), 0),
  };
  const slices = counted?.slices ?? 0;
  const isMoving =
    head.state === "running" || head.state === "waiting" || (head.state === "paused" && left === 0);
  const budget =
    left === null || limit === null || resetAt === null
      ? null
      : {
          left,
          anHour: limit,
          renewedInSeconds: Math.max(0, (new Date(resetAt).getTime() - now.getTime()) / 1000),
        };
  return {
    ...rest,
    startedAt: date(startedAt),
    completedAt: date(completedAt),
    resumeAt: date(resumeAt),
    repositories,
    newest: { done: counted?.newest ?? 0, all: counted?.services ?? 0 },
    slices: { done: slices, all: slices + (counted?.leftFirst ?? 0) + (counted?.leftOlder ?? 0) },
    estimate:
      counted && isMoving
        ? estimateRest({
            requests: head.requests,
            activeMs,
            first: { n: counted.firstN, mean: counted.firstMean, deviation: counted.firstDeviation },
            older: { n: counted.olderN, mean: counted.olderMean },
            left: { first: counted.leftFirst, older: counted.leftOlder },
            budget,
          })
        : null,
    may,
  };
}

type Row = Omit<ImportedRepository, "completeFrom" | "reach" | "failedAt" | "nextTryAt"> &
  Record<"completeFrom" | "failedAt" | "nextTryAt", string | null> & { reach: string; position: number };

/** The repositories of a plan in their order, paged. */
export async function readImportedRepositories(ctx: Ctx, asked: ListImported): Promise<ImportedPage> {
  ensure(readImportsRefusal(ctx.actor));
  const after = cursorOf(asked.cursor);
  const rows = await ctx.db.execute<Row>(sql`
    select r.id, r.full_name as "fullName", r.url, h.rank, h.state, h.complete_from as "completeFrom",
      h.reach_at as reach, h.requests, h.failure, h.failed_at as "failedAt", h.next_try_at as "nextTryAt", h.position
    from history_repositories h join source_repositories r on r.id = h.repository_id
    where h.connection_id = ${asked.connectionId}
      ${asked.state ? sql`and h.state = ${asked.state}` : sql``}
      ${after ? sql`and (h.position, h.repository_id) > (${after.position}, ${after.id}::uuid)` : sql``}
    order by h.position, h.repository_id limit ${asked.limit + 1}`);
  const items = rows.slice(0, asked.limit);
  const last = items.at(-1);
  const nextCursor = rows.length > asked.limit && last ? `${last.position}_${last.id}` : null;
  return {
    items: items.map(({ position: _, ...row }) => ({
      ...row,
      completeFrom: date(row.completeFrom),
      reach: new Date(row.reach),
      failedAt: date(row.failedAt),
      nextTryAt: date(row.nextTryAt),
    })),
    nextCursor,
  };
}

/** A cursor that nobody gave out begins at the beginning. */
function cursorOf(cursor: string | undefined): { position: number; id: string } | null {
  const [, position, id] = /^(\d{1,9})_([0-9a-f-]{36})$/.exec(cursor ?? "") ?? [];
  return position && id ? { position: Number(position), id } : null;
}
