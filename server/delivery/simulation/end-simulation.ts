import { sql } from "drizzle-orm";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { conflict, ensure } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { organisationRefusal } from "#server/delivery/sources/policy.ts";
import type { SimulationId } from "./inputs.ts";
import { loadSimulation } from "./load-simulation.ts";
import { isOpen } from "./model.ts";
import "./events.ts";

/** Stops one that is being worked out, behind the service that it is at. What was worked out can be looked at. */
export async function cancelSimulation(ctx: Ctx, { id }: SimulationId): Promise<void> {
  ensure(organisationRefusal(ctx.actor));
  await inTransaction(ctx, async (tx) => {
    const simulation = await loadSimulation(tx, id, true);
    if (!isOpen(simulation.state)) throw conflict("This simulation is not being worked out any more");
    const [done] = await tx.db.execute<{ worked: number }>(sql`
      update delivery_simulations set state = 'cancelled', finished_at = ${tx.now().toISOString()}::timestamptz
      where id = ${id}::uuid
      returning (select count(*)::int from delivery_simulation_services where simulation_id = ${id}::uuid) as worked`);
    const payload = { services: simulation.services, worked: done?.worked ?? 0 };
    await record(tx, { type: "delivery-simulation.cancelled", subjectId: id, payload });
  });
}

/** Forgets it. The rules stay as they are. */
export async function discardSimulation(ctx: Ctx, { id }: SimulationId): Promise<void> {
  ensure(organisationRefusal(ctx.actor));
  await inTransaction(ctx, async (tx) => {
    const { state } = await loadSimulation(tx, id, true);
    if (isOpen(state)) throw conflict("It is being worked out: cancel it first");
    await tx.db.execute(sql`delete from delivery_simulations where id = ${id}::uuid`);
    await record(tx, { type: "delivery-simulation.discarded", subjectId: id, payload: { state } });
  });
}
