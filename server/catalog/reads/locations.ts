import { type SQL, sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { ensure, notFound } from "#server/core/errors.ts";
import type { Refusal } from "#server/core/refusal.ts";
import type { LocationId } from "../inputs.ts";
import type { ImportState, ImportStep, LocationItem, LocationType } from "../model.ts";
import { cancelRefusal, readRefusal, registerRefusal, reimportRefusal, removeRefusal } from "../policy.ts";
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

const query = (where: SQL): SQL => sql`
  select l.id, l.type, l.target, l.state, l.step, l.done, l.total, l.failure, l.added, l.changed, l.unchanged, l.removed,
    (select count(*)::int from entities e where e.location_id = l.id) as "entityCount",
    (select count(*)::int from entity_problems p where p.location_id = l.id and p.severity <> 'info') as "problemCount",
    l.commit, ${milliseconds(sql`l.imported_at`)} as "importedAt", ${milliseconds(sql`l.started_at`)} as "startedAt",
    l.is_demo as "isDemo", ${isFollowed(sql`l.repository_id`)} as "isFollowed"
  from locations l where ${where} order by l.created_at, l.id`;

/** All locations in the order of their registration, with how their last import went. */
export async function readLocations(
  ctx: Ctx,
): Promise<{ items: LocationItem[]; may: { register: Refusal | null } }> {
  ensure(readRefusal(ctx.actor));
  const rows = await ctx.db.execute<Row>(query(sql`true`));
  return { items: rows.map((row) => locationOf(ctx, row)), may: { register: registerRefusal(ctx.actor) } };
}

/** One location; cheap enough to be asked each second while its import runs. */
export async function getLocation(ctx: Ctx, input: LocationId): Promise<LocationItem> {
  ensure(readRefusal(ctx.actor));
  const [row] = await ctx.db.execute<Row>(query(sql`l.id = ${input.id}`));
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
