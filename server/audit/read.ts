import { and, desc, eq, gte, ilike, lt, or, type SQL, sql } from "drizzle-orm";
import { events } from "#db/schema/core.ts";
import type { Ctx } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { readCursor, writeCursor } from "#server/core/pagination.ts";
import type { ListEvents } from "./inputs.ts";
import { readEventsRefusal } from "./policy.ts";

const pageSize = 50;

export type EventRow = {
  id: number;
  at: Date;
  type: string;
  actorKind: string;
  actorName: string;
  subjectType: string;
  subjectId: string;
  payload: unknown;
  /** What it is about was removed since: there is nothing left to look at. */
  isGone: boolean;
};

/** An import is about a location, and goes with it. Columns are written out: Drizzle leaves the table's name away here. */
const isGone = sql<boolean>`exists (
  select from events gone where gone.subject_id = events.subject_id
    and gone.subject_type = case events.subject_type when 'import' then 'location' else events.subject_type end
    and gone.type = gone.subject_type || '.removed')`;

/** The names that an event shows for its subject; see `subjectOf`. */
const subjectNames = sql`concat_ws(' ', events.payload ->> 'userName', events.payload ->> 'name',
  events.payload ->> 'target', events.payload ->> 'connection', events.payload ->> 'provider', events.payload ->> 'guid')`;

/** One page of the audit log, the newest first. `next` continues it; null on the last page. */
export async function readEvents(
  ctx: Ctx,
  filter: ListEvents,
): Promise<{ rows: EventRow[]; next: string | null }> {
  ensure(readEventsRefusal(ctx.actor));
  const rows = await ctx.db
    .select({
      id: events.id,
      at: events.at,
      type: events.type,
      actorKind: events.actorKind,
      actorName: events.actorName,
      subjectType: events.subjectType,
      subjectId: events.subjectId,
      payload: events.payload,
      isGone,
    })
    .from(events)
    .where(and(...conditions(filter)))
    .orderBy(desc(events.id))
    .limit(pageSize + 1);
  const last = rows.length > pageSize ? rows[pageSize - 1] : undefined;
  return { rows: rows.slice(0, pageSize), next: last ? writeCursor([last.id]) : null };
}

function conditions(filter: ListEvents): (SQL | undefined)[] {
  const dayAfter = (day: string) => new Date(new Date(`${day}T00:00:00Z`).getTime() + 86_400_000);
  const containing = (text: string) => `%${text.replace(/[\\%_]/g, "\\$&")}%`;
  return [
    filter.type ? eq(events.type, filter.type) : undefined,
    filter.actor ? ilike(events.actorName, containing(filter.actor)) : undefined,
    filter.subject
      ? or(
          ilike(events.subjectId, containing(filter.subject)),
          eq(events.subjectType, filter.subject),
          sql`${subjectNames} ilike ${containing(filter.subject)}`,
        )
      : undefined,
    filter.from ? gte(events.at, new Date(`${filter.from}T00:00:00Z`)) : undefined,
    filter.to ? lt(events.at, dayAfter(filter.to)) : undefined,
    filter.before ? lt(events.id, Number(readCursor(filter.before, ["whole"])[0])) : undefined,
  ];
}

/** The names of all events that have happened, for the filter; a walk along the index, not over the rows. */
export async function readEventTypes(ctx: Ctx): Promise<string[]> {
  ensure(readEventsRefusal(ctx.actor));
  const rows = await ctx.db.execute<{ type: string }>(sql`
    with recursive walk as (
      (select type from events order by type limit 1)
      union all
      select (select e.type from events e where e.type > walk.type order by e.type limit 1) from walk where walk.type is not null
    )
    select type from walk where type is not null`);
  return rows.map((row) => row.type);
}
