import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { organisationRefusal } from "#server/delivery/sources/policy.ts";
import type { SimulationId } from "./inputs.ts";
import { loadSimulation, loadSimulations, type StoredSimulation } from "./load-simulation.ts";
import type { OrganisationRules, SimulationSummary } from "./model.ts";
import { readRules } from "./read-rules.ts";
import { whyNotSaved } from "./save-simulation.ts";

export type SimulationItem = Pick<
  StoredSimulation,
  "id" | "state" | "draft" | "createdAt" | "createdByName" | "services" | "finishedAt"
> & { summary: SimulationSummary };

export type SimulationDetail = SimulationItem & {
  standing: OrganisationRules;
  /** Environments that get another tier. */
  environments: string[];
  from: string;
  to: string;
  /** Services that have been worked out for other reasons since: their figures have moved by both rules. */
  movedOn: number;
  may: { save: string | null };
};

export type RulesState = { rules: OrganisationRules; recent: SimulationItem[] };

const mostListed = 5;

/** The rules as they stand, and what was tried lately. */
export async function readRulesState(ctx: Ctx): Promise<RulesState> {
  ensure(organisationRefusal(ctx.actor));
  const recent = await loadSimulations(ctx, mostListed);
  const summaries = await readSummaries(
    ctx,
    recent.map(({ id }) => id),
  );
  return {
    rules: await readRules(ctx),
    recent: recent.map((simulation) => toItem(simulation, summaries)),
  };
}

export async function readSimulation(ctx: Ctx, { id }: SimulationId): Promise<SimulationDetail> {
  ensure(organisationRefusal(ctx.actor));
  const simulation = await loadSimulation(ctx, id);
  const { standing, environments, from, to } = simulation;
  const [moved] = await ctx.db.execute<{ services: number }>(sql`
    select count(*)::int as services from delivery_simulation_services w
    join delivery_services s on s.entity_ref = w.entity_ref and s.worked_at > w.worked_at
    where w.simulation_id = ${id}::uuid`);
  return {
    ...toItem(simulation, await readSummaries(ctx, [id])),
    standing,
    environments,
    from,
    to,
    movedOn: simulation.state === "saved" ? 0 : (moved?.services ?? 0),
    may: { save: await whyNotSaved(ctx, simulation) },
  };
}

function toItem(
  { id, state, draft, createdAt, createdByName, services, finishedAt }: StoredSimulation,
  summaries: ReadonlyMap<string, SimulationSummary>,
): SimulationItem {
  const summary = summaries.get(id) ?? nothing;
  return { id, state, draft, createdAt, createdByName, services, finishedAt, summary };
}

const nothing: SimulationSummary = {
  worked: 0,
  changed: 0,
  failed: 0,
  deployments: { before: 0, after: 0 },
  cameIn: 0,
  wentOut: 0,
  altered: 0,
};

type RawSummary = Omit<SimulationSummary, "deployments"> & { id: string; before: number; after: number };

async function readSummaries(ctx: Ctx, ids: readonly string[]): Promise<Map<string, SimulationSummary>> {
  const rows = await ctx.db.execute<RawSummary>(sql`
    select simulation_id as id, count(*)::int as worked,
      (count(*) filter (where size > 0 or figures_changed > 0))::int as changed,
      (count(*) filter (where failure is not null))::int as failed,
      coalesce(sum((before ->> 'deployments')::int), 0)::int as before,
      coalesce(sum((after ->> 'deployments')::int), 0)::int as after,
      sum(came_in)::int as "cameIn", sum(went_out)::int as "wentOut", sum(altered)::int as altered
    from delivery_simulation_services where simulation_id = any(${sql.param([...ids])}::uuid[]) group by 1`);
  return new Map(
    rows.map(({ id, before, after, ...row }) => [id, { ...row, deployments: { before, after } }]),
  );
}
