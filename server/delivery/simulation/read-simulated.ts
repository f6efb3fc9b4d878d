import { type SQL, sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { readCursor, writeCursor } from "#server/core/pagination.ts";
import { organisationRefusal } from "#server/delivery/sources/policy.ts";
import type { ListMoves, ListSimulated } from "./inputs.ts";
import { loadSimulation } from "./load-simulation.ts";
import type { Moved, SimulatedService } from "./model.ts";

export type SimulatedPage = { items: SimulatedService[]; total: number; nextCursor: string | null };
export type MovesPage = { items: Moved[]; total: number; isCut: boolean; nextCursor: string | null };

const isChanged = sql`(w.size > 0 or w.figures_changed > 0 or w.failure is not null)`;

/** Services by both rules, those with most deployments that count differently first, then those with most other figures. */
export async function readSimulated(ctx: Ctx, input: ListSimulated): Promise<SimulatedPage> {
  ensure(organisationRefusal(ctx.actor));
  await loadSimulation(ctx, input.id);
  const which = sql`w.simulation_id = ${input.id}::uuid ${input.onlyChanged ? sql`and ${isChanged}` : sql``}`;
  const [count] = await ctx.db.execute<{ total: number }>(sql`
    select count(*)::int as total from delivery_simulation_services w where ${which}`);
  const rows = await ctx.db.execute<SimulatedService & { size: number }>(sql`
    select w.entity_ref as "entityRef", coalesce(e.title, e.name, w.entity_ref) as name, w.before, w.after,
      w.came_in as "cameIn", w.went_out as "wentOut", w.altered, w.figures_changed as "figuresChanged",
      w.is_cut as "isCut", w.failure, w.size
    from delivery_simulation_services w left join entities e on e.ref = w.entity_ref
    where ${which} ${behind(input.cursor)}
    order by w.size desc, w.figures_changed desc, w.entity_ref limit ${input.limit + 1}`);
  const shown = rows.slice(0, input.limit);
  const last = shown.at(-1);
  return {
    items: shown.map(({ size: _, ...item }) => item),
    total: count?.total ?? 0,
    nextCursor:
      rows.length > shown.length && last
        ? writeCursor([last.size, last.figuresChanged, last.entityRef])
        : null,
  };
}

function behind(cursor: string | undefined): SQL {
  if (!cursor) return sql``;
  const [size, figures, ref] = readCursor(cursor, ["whole", "whole", "text"]);
  return sql`and (-w.size, -w.figures_changed, w.entity_ref)
    > (${-Number(size)}::int, ${-Number(figures)}::int, ${ref}::text collate "C")`;
}

type RawMove = Omit<Moved, "at"> & { at: string; position: number };

/** Deployments of a service that count differently, the newest first. `total` counts those that are listed. */
export async function readMoves(ctx: Ctx, input: ListMoves): Promise<MovesPage> {
  ensure(organisationRefusal(ctx.actor));
  await loadSimulation(ctx, input.id);
  const [after] = input.cursor ? readCursor(input.cursor, ["whole"]) : [-1];
  const mine = sql`m.simulation_id = ${input.id}::uuid and m.entity_ref = ${input.entityRef}`;
  const [count] = await ctx.db.execute<{ total: number; is_cut: boolean }>(sql`
    select (select count(*)::int from delivery_simulation_moves m where ${mine}) as total,
      coalesce((select w.is_cut from delivery_simulation_services w
        where w.simulation_id = ${input.id}::uuid and w.entity_ref = ${input.entityRef}), false) as is_cut`);
  const rows = await ctx.db.execute<RawMove>(sql`
    select m.move, m.source, m.source_key as "sourceKey", m.environment, m.sha, m.ref, m.at, m.why, m.position
    from delivery_simulation_moves m
    where ${mine} and m.position > ${Number(after)} order by m.position limit ${input.limit + 1}`);
  const shown = rows.slice(0, input.limit);
  return {
    items: shown.map(({ position: _, ...row }) => ({ ...row, at: new Date(row.at) })),
    total: count?.total ?? 0,
    isCut: count?.is_cut ?? false,
    nextCursor: rows.length > shown.length ? writeCursor([shown.at(-1)?.position ?? 0]) : null,
  };
}
