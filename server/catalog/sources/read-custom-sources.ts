import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import type { Refusal } from "#server/core/refusal.ts";
import { readRefusal } from "../policy.ts";
import type { CustomSourceItem } from "./model.ts";
import { manageCustomSourcesRefusal } from "./policy.ts";

type Row = Omit<CustomSourceItem, "receivedAt" | "counts" | "may"> & {
  receivedAt: number | null;
  added: number | null;
  changed: number | null;
  unchanged: number | null;
  removed: number | null;
};

/** The sources that send their entries by REST, by name. */
export async function readCustomSources(
  ctx: Ctx,
): Promise<{ items: CustomSourceItem[]; may: { create: Refusal | null } }> {
  ensure(readRefusal(ctx.actor));
  const rows = await ctx.db.execute<Row>(sql`
    select s.id, s.title, s.location_id as "locationId", s.guard_percent as "guardPercent",
      extract(epoch from s.received_at)::float8 * 1000 as "receivedAt", s.received_by as "receivedBy",
      l.added, l.changed, l.unchanged, l.removed,
      (select count(*)::int from entities e where e.location_id = l.id) as "entityCount",
      (select count(*)::int from entity_problems p where p.location_id = l.id and p.severity <> 'info') as "problemCount"
    from custom_sources s join locations l on l.id = s.location_id order by s.id`);
  const refusal = manageCustomSourcesRefusal(ctx.actor);
  const items = rows.map(({ added, changed, unchanged, removed, receivedAt, ...row }): CustomSourceItem => {
    const isCounted = added !== null && changed !== null && unchanged !== null && removed !== null;
    return {
      ...row,
      receivedAt: receivedAt === null ? null : new Date(receivedAt),
      counts: isCounted ? { added, changed, unchanged, removed } : null,
      may: { change: refusal },
    };
  });
  return { items, may: { create: refusal } };
}
