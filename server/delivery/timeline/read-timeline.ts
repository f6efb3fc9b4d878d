import { type SQL, sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { readCursor, writeCursor } from "#server/core/pagination.ts";
import { readCalendarDays, readCalendarSettings } from "#server/delivery/calendar/read-calendar.ts";
import { resolveScope } from "#server/delivery/figures/scope.ts";
import {
  type RawTimelineDeployment,
  timelineColumns,
  timelineJoins,
  toTimelineDeployment,
} from "./deployment-rows.ts";
import { readIncidentsBetween } from "./incidents-between.ts";
import type { ReadTimeline } from "./inputs.ts";
import type { Timeline } from "./model.ts";

/** Behind the last page nothing was deployed: incidents of so long before still stand there. */
const daysBehind = 30;
const dayMs = 86_400_000;

/** Deployments across services, the newest first, with the incidents and freezes of the same time. Throws not found. */
export async function readTimeline(ctx: Ctx, input: ReadTimeline): Promise<Timeline> {
  const { name, services } = await resolveScope(ctx, input.scope);
  const { timeZone } = await readCalendarSettings(ctx);
  const ids = services.map(({ id }) => id);
  const rows = await readPage(ctx, ids, input);
  const deployments = rows.slice(0, input.limit).map(toTimelineDeployment);
  const last = rows.length > input.limit ? rows[input.limit - 1] : undefined;
  const to = input.cursor ? new Date(String(readCursor(input.cursor, ["time", "whole"])[0])) : ctx.now();
  const oldest = deployments.at(-1)?.at ?? to;
  const from = last ? oldest : new Date(oldest.getTime() - daysBehind * dayMs);
  const refs = services.map(({ ref }) => ref);
  const incidents = await readIncidentsBetween(ctx, refs, { from, to });
  const days = [new Date(from.getTime() - dayMs), new Date(to.getTime() + dayMs)].map((at) =>
    at.toISOString().slice(0, 10),
  );
  const calendar = await readCalendarDays(ctx, days[0], days[1]);
  return {
    name,
    timeZone,
    deployments,
    incidents,
    freezes: calendar.filter(({ kind }) => kind === "freeze"),
    nextCursor: last ? writeCursor([last.cursor, Number(last.id)]) : null,
  };
}

type Row = RawTimelineDeployment & { cursor: string };

async function readPage(
  ctx: Ctx,
  ids: readonly string[],
  { tier, cursor, limit }: ReadTimeline,
): Promise<Row[]> {
  if (ids.length === 0) return [];
  const services = sql`${sql.param([...ids])}::uuid[]`;
  const before = beforeCursor(cursor);
  // Production has an index of its own by time; of other tiers each service is asked for its newest.
  const page =
    tier === "production"
      ? sql`select d.* from service_deployments d
          where d.tier = 'production' and d.service_id = any(${services}) ${before}
          order by d.at desc, d.id desc limit ${limit + 1}`
      : sql`select d.* from unnest(${services}) as s(id) cross join lateral (
            select d.* from service_deployments d
            where d.service_id = s.id ${tier === "all" ? sql`` : sql`and d.tier = ${tier}`} ${before}
            order by d.at desc, d.id desc limit ${limit + 1}
          ) d
          order by d.at desc, d.id desc limit ${limit + 1}`;
  const rows = await ctx.db.execute<Row>(sql`
    with page as materialized (${page})
    select ${timelineColumns}, d.at::text as cursor from page d ${timelineJoins}
    order by d.at desc, d.id desc`);
  return [...rows];
}

function beforeCursor(cursor: string | undefined): SQL {
  if (!cursor) return sql``;
  const [at, id] = readCursor(cursor, ["time", "whole"]);
  return sql`and (d.at, d.id) < (${String(at)}::timestamptz, ${Number(id)}::bigint)`;
}
