import { sql } from "drizzle-orm";
import { deliverySimulations } from "#db/schema/delivery-simulations.ts";
import { actorLabel, requesterOf } from "#server/core/actor.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { conflict, ensure, invalid } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { enqueue } from "#server/core/jobs.ts";
import { readCalendarSettings } from "#server/delivery/calendar/read-calendar.ts";
import { windowOf } from "#server/delivery/figures/window.ts";
import { previewDays } from "#server/delivery/sources/model.ts";
import { organisationRefusal } from "#server/delivery/sources/policy.ts";
import { changedEnvironments, refuseTwice } from "#server/delivery/sources/tiers.ts";
import type { StartSimulation } from "./inputs.ts";
import { mostOpen } from "./model.ts";
import { onlyChanges, readRules } from "./read-rules.ts";
import { simulateRulesJob } from "./simulate-rules-job.ts";
import { subjectServices } from "./subject-services.ts";
import "./events.ts";

/** Tries other rules on every service, behind those that wait already; nothing is changed by it. */
export async function startSimulation(ctx: Ctx, input: StartSimulation): Promise<{ id: string }> {
  ensure(organisationRefusal(ctx.actor));
  refuseTwice(input.tiers ?? []);
  return inTransaction(ctx, async (tx) => {
    await tx.db.execute(sql`lock table delivery_simulations in share row exclusive mode`);
    const [open] = await tx.db.execute<{ n: number }>(sql`
      select count(*)::int as n from delivery_simulations where state in ('waiting', 'running')`);
    if ((open?.n ?? 0) >= mostOpen)
      throw conflict(`${mostOpen} simulations wait to be worked out already: wait for one, or cancel one`);
    const standing = await readRules(tx);
    const draft = onlyChanges(standing, input);
    if (Object.keys(draft).length === 0) throw invalid("These are the rules as they stand: change one first");
    await refuseWithoutRoom(tx);
    const { days } = windowOf({ days: previewDays }, await readCalendarSettings(tx), tx.now());
    const [count] = await tx.db.execute<{ services: number }>(sql`
      select count(*)::int as services from ${subjectServices(draft)}`);
    const [row] = await tx.db
      .insert(deliverySimulations)
      .values({
        draft,
        standing,
        environments: draft.tiers ? await changedEnvironments(tx, draft.tiers) : [],
        ...days,
        createdAt: tx.now(),
        createdBy: sql`(select id from users where id::text = ${requesterOf(tx.actor)?.id ?? null})`,
        createdByName: actorLabel(tx.actor).name,
        services: count?.services ?? 0,
      })
      .returning({ id: deliverySimulations.id });
    const id = row?.id ?? "";
    await record(tx, { type: "delivery-simulation.started", subjectId: id, payload: draft });
    await enqueue(tx, simulateRulesJob, {});
    return { id };
  });
}

/** Services are worked out in temporary tables, which some installations forbid to the portal's account. */
async function refuseWithoutRoom(tx: Ctx): Promise<void> {
  const [may] = await tx.db.execute<{ it: boolean; database: string; account: string }>(sql`
    select has_database_privilege(current_database(), 'TEMPORARY') as it, current_database() as database,
      current_user as account`);
  if (may && !may.it)
    throw conflict(
      `The portal's database account may not make temporary tables: grant temporary on database "${may.database}" to "${may.account}"`,
    );
}
