import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { innermostMessage } from "#server/core/innermost-message.ts";
import { readCalendarSettings } from "#server/delivery/calendar/read-calendar.ts";
import { windowOf } from "#server/delivery/figures/window.ts";
import type { Source } from "#server/delivery/projection/recognise.ts";
import { loadOpen, type StoredSimulation } from "./load-simulation.ts";
import { type Moved, mostMoves } from "./model.ts";
import { applyDraft } from "./read-rules.ts";
import { type Compared, type RulesTried, type SubjectService, simulateService } from "./simulate-service.ts";
import { subjectServices } from "./subject-services.ts";

/**
 * Works on the simulation that is open, one service after another and each in a transaction of its own, until all are
 * done, somebody cancels it or `isOver` says so. What is done is kept: another run goes on behind it. One service that
 * cannot be worked out says why and holds up no other. Returns whether something is left.
 */
export async function workSimulation(ctx: Ctx, isOver: () => boolean): Promise<boolean> {
  const tried = new Map<string, RulesTried>();
  for (;;) {
    const simulation = await loadOpen(ctx);
    if (!simulation) return false;
    if (isOver()) return true;
    const rules = tried.get(simulation.id) ?? (await rulesTried(ctx, simulation));
    tried.set(simulation.id, rules);
    const service = await nextService(ctx, simulation);
    if (!service) {
      await finish(ctx, simulation);
      continue;
    }
    const compared = await simulateService(ctx, service, rules).catch(failed);
    await keep(ctx, simulation, service, compared);
  }
}

/** Both sides look at the moment at which it began, however long it takes. */
async function rulesTried(ctx: Ctx, simulation: StoredSimulation): Promise<RulesTried> {
  const { standing, environments, createdAt, from, to } = simulation;
  const draft = applyDraft(standing, simulation.draft);
  const calendar = await readCalendarSettings(ctx);
  const windowBy = ({ weekStartsOn, timeZone }: typeof standing) =>
    windowOf({ from, to }, { ...calendar, weekStartsOn, timeZone }, createdAt);
  return {
    standing,
    draft,
    environments,
    windows: { standing: windowBy(standing), draft: windowBy(draft) },
  };
}

type RawService = {
  ref: string;
  id: string | null;
  source: Source | null;
  settings: Record<string, string> | null;
  globs: string[] | null;
  is_due: boolean;
};

async function nextService(ctx: Ctx, { id, draft }: StoredSimulation): Promise<SubjectService | null> {
  const [row] = await ctx.db.execute<RawService>(sql`
    select e.ref, s.id, s.source, s.settings, s.path_globs as globs, s.due_from is not null as is_due
    from ${subjectServices(draft)}
      and e.ref > coalesce((
        select max(w.entity_ref) from delivery_simulation_services w where w.simulation_id = ${id}::uuid), '')
    order by e.ref limit 1`);
  if (!row) return null;
  return {
    id: row.id ?? randomUUID(),
    entityRef: row.ref,
    source: row.source,
    settings: row.settings ?? {},
    pathGlobs: row.globs ?? [],
    isDue: row.is_due,
  };
}

type Outcome = Compared | { failure: string };

const failed = (error: unknown): Outcome => ({ failure: innermostMessage(error).slice(0, 500) });

/** Writes what came of a service, unless it was cancelled or discarded meanwhile. */
async function keep(
  ctx: Ctx,
  { id }: StoredSimulation,
  { entityRef }: SubjectService,
  outcome: Outcome,
): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const open = await tx.db.execute(sql`
      update delivery_simulations set state = 'running'
      where id = ${id}::uuid and state in ('waiting', 'running') returning 1`);
    if (open.length === 0) return;
    const at = tx.now().toISOString();
    const { moved, ...row } = "failure" in outcome ? { ...nothing, ...outcome } : { ...toRow(outcome) };
    await tx.db.execute(sql`
      insert into delivery_simulation_services (simulation_id, entity_ref, worked_at, before, after, came_in, went_out,
        altered, size, figures_changed, is_cut, failure)
      select ${id}::uuid, ${entityRef}, ${at}::timestamptz, r.* from jsonb_to_record(${JSON.stringify(row)}::jsonb)
        as r(before jsonb, after jsonb, came_in int, went_out int, altered int, size int, figures_changed int,
          is_cut boolean, failure text)
      on conflict do nothing`);
    await keepMoves(tx, id, entityRef, moved);
  });
}

const nothing = {
  moved: [] as Moved[],
  before: null,
  after: null,
  came_in: 0,
  went_out: 0,
  altered: 0,
  size: 0,
  figures_changed: 0,
  is_cut: false,
};

function toRow({ before, after, moved, figuresChanged }: Compared) {
  const count = (move: Moved["move"]) => moved.filter((one) => one.move === move).length;
  return {
    moved: moved.slice(0, mostMoves),
    before,
    after,
    came_in: count("in"),
    went_out: count("out"),
    altered: count("altered"),
    size: moved.length,
    figures_changed: figuresChanged,
    is_cut: moved.length > mostMoves,
    failure: null,
  };
}

async function keepMoves(tx: Ctx, id: string, entityRef: string, moved: readonly Moved[]): Promise<void> {
  if (moved.length === 0) return;
  const rows = moved.map(({ sourceKey, ...one }, position) => ({ ...one, source_key: sourceKey, position }));
  await tx.db.execute(sql`
    insert into delivery_simulation_moves (simulation_id, entity_ref, position, move, source, source_key, environment,
      sha, ref, at, why)
    select ${id}::uuid, ${entityRef}, m.* from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as m(position int, move text, source text, source_key text, environment text, sha text, ref text,
        at timestamptz, why text)
    on conflict do nothing`);
}

async function finish(ctx: Ctx, { id }: StoredSimulation): Promise<void> {
  await ctx.db.execute(sql`
    update delivery_simulations set state = 'done', finished_at = ${ctx.now().toISOString()}::timestamptz
    where id = ${id}::uuid and state in ('waiting', 'running')`);
}
