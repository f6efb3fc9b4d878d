import { type SQL, sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { ensure, notFound } from "#server/core/errors.ts";
import type { Refusal } from "#server/core/refusal.ts";
import type { ListLocations, LocationId } from "../inputs.ts";
import type { ImportState, ImportStep, LocationItem, LocationType } from "../model.ts";
import { cancelRefusal, readRefusal, registerRefusal, reimportRefusal, removeRefusal } from "../policy.ts";
import { allOf } from "./filter-entities.ts";
import { cutPage, keyset } from "./keyset.ts";
import { milliseconds } from "./list-items.ts";

type Row = {
  id: string;
  type: LocationType;
  target: string;
  state: ImportState;
  step: ImportStep | null;
  done: number;
  total: number;
  failure: string | null;
  added: number | null;
  changed: number | null;
  unchanged: number | null;
  removed: number | null;
  entityCount: number;
  problemCount: number;
  commit: string | null;
  importedAt: number | null;
  startedAt: number | null;
  isDemo: boolean;
  isFollowed: boolean;
};

/** Whether a connection still shows the repository and looks at it. */
export const isFollowed = (repositoryId: SQL): SQL<boolean> => sql<boolean>`exists (
  select 1 from source_repositories r left join discovered_repositories d on d.repository_id = r.id
  where r.id = ${repositoryId} and r.gone_at is null and d.trouble is null)`;

const query = (locations: SQL, more: SQL = sql``): SQL => sql`
  select l.id, l.type, l.target, l.state, l.step, l.done, l.total, l.failure, l.added, l.changed, l.unchanged, l.removed,
    (select count(*)::int from entities e where e.location_id = l.id) as "entityCount",
    (select count(*)::int from entity_problems p where p.location_id = l.id and p.severity <> 'info') as "problemCount",
    l.commit, ${milliseconds(sql`l.imported_at`)} as "importedAt", ${milliseconds(sql`l.started_at`)} as "startedAt",
    l.is_demo as "isDemo", ${isFollowed(sql`l.repository_id`)} as "isFollowed"${more}
  from ${locations} l`;

export type LocationPage = {
  items: LocationItem[];
  nextCursor: string | null;
  previousCursor: string | null;
  total: number;
  may: { register: Refusal | null };
};

/** A page of the locations in the order of their registration, with how their last import went. */
export async function readLocations(ctx: Ctx, input: ListLocations): Promise<LocationPage> {
  ensure(readRefusal(ctx.actor));
  const { limit, cursor } = input;
  const keys = keyset(
    [
      { expression: sql`l.created_at`, cast: sql`timestamptz`, part: "time" },
      { expression: sql`l.id`, cast: sql`uuid`, part: "text" },
    ],
    false,
    cursor,
  );
  const like = `%${input.query.replaceAll(/[\\%_]/g, "\\$&")}%`;
  const filter = input.query ? sql`l.target ilike ${like}` : sql`true`;
  // Counting is for the rows of the page alone.
  const paged = sql`(select l.*, ${keys.columns} from locations l
    where ${allOf([filter, keys.condition])} order by ${keys.orderBy} limit ${limit + 1})`;
  const rows = await ctx.db.execute<Row & { k0: string; k1: string }>(
    sql`${query(paged, sql`, l.k0, l.k1`)} order by ${keys.orderBy}`,
  );
  const [count] = await ctx.db.execute<{ total: number }>(
    sql`select count(*)::int as total from locations l where ${filter}`,
  );
  const page = cutPage(rows, { limit, cursor, columns: 2 });
  return {
    items: page.rows.map((row) => locationOf(ctx, row)),
    nextCursor: page.nextCursor,
    previousCursor: page.previousCursor,
    total: count?.total ?? 0,
    may: { register: registerRefusal(ctx.actor) },
  };
}

/** One location; cheap enough to be asked each second while its import runs. */
export async function getLocation(ctx: Ctx, input: LocationId): Promise<LocationItem> {
  ensure(readRefusal(ctx.actor));
  const [row] = await ctx.db.execute<Row>(query(sql`(select * from locations where id = ${input.id})`));
  if (!row) throw notFound("This location was removed");
  return locationOf(ctx, row);
}

function locationOf(ctx: Ctx, row: Row): LocationItem {
  const { added, changed, unchanged, removed } = row;
  const hasCounts = added !== null && changed !== null && unchanged !== null && removed !== null;
  return {
    id: row.id,
    type: row.type,
    target: row.target,
    state: row.state,
    progress: { step: row.step, done: row.done, total: row.total },
    failure: row.failure,
    counts: hasCounts ? { added, changed, unchanged, removed } : null,
    entityCount: row.entityCount,
    problemCount: row.problemCount,
    commit: row.commit,
    importedAt: row.importedAt === null ? null : new Date(row.importedAt),
    startedAt: row.startedAt === null ? null : new Date(row.startedAt),
    isDemo: row.isDemo,
    may: {
      reimport: reimportRefusal(ctx.actor, row),
      remove: removeRefusal(ctx.actor, row),
      cancel: cancelRefusal(ctx.actor, row),
    },
  };
}
