import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { notFound } from "#server/core/errors.ts";
import type { OrganisationRules, RuleDraft, SimulationState } from "./model.ts";

export type StoredSimulation = {
  id: string;
  state: SimulationState;
  draft: RuleDraft;
  standing: OrganisationRules;
  environments: string[];
  from: string;
  to: string;
  createdAt: Date;
  createdByName: string;
  services: number;
  finishedAt: Date | null;
};

type Raw = Omit<StoredSimulation, "createdAt" | "finishedAt"> & {
  createdAt: string;
  finishedAt: string | null;
};

const columns = sql`
  id, state, draft, environments,
  -- What a release before this one stored says nothing of the time zone, which it did not change.
  jsonb_build_object('timeZone', coalesce((select time_zone from installation), 'UTC')) || standing as standing,
  from_day::text as "from", to_day::text as "to", created_at as "createdAt",
  created_by_name as "createdByName", services, finished_at as "finishedAt"`;

const revive = (row: Raw): StoredSimulation => ({
  ...row,
  createdAt: new Date(row.createdAt),
  finishedAt: row.finishedAt ? new Date(row.finishedAt) : null,
});

/** Throws where there is none: it was discarded, or is older than they are kept. `isHeld`: until the transaction ends. */
export async function loadSimulation(ctx: Ctx, id: string, isHeld = false): Promise<StoredSimulation> {
  const [row] = await ctx.db.execute<Raw>(sql`
    select ${columns} from delivery_simulations where id = ${id}::uuid ${isHeld ? sql`for update` : sql``}`);
  if (!row) throw notFound("There is no such simulation: it was discarded, or is too old to be kept");
  return revive(row);
}

/** The newest first. */
export async function loadSimulations(ctx: Ctx, most: number): Promise<StoredSimulation[]> {
  const rows = await ctx.db.execute<Raw>(sql`
    select ${columns} from delivery_simulations order by created_at desc, id limit ${most}`);
  return rows.map(revive);
}

/** The one that is to be worked on: the oldest that is open. */
export async function loadOpen(ctx: Ctx): Promise<StoredSimulation | null> {
  const [row] = await ctx.db.execute<Raw>(sql`
    select ${columns} from delivery_simulations where state in ('waiting', 'running') order by created_at, id limit 1`);
  return row ? revive(row) : null;
}
