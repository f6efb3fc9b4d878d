import { deliveryCalendar } from "#db/schema/delivery-standing.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { enqueue } from "#server/core/jobs.ts";
import { keepFiguresJob } from "#server/delivery/figures/figures-job-name.ts";
import { changeCalendarRefusal } from "#server/delivery/policy.ts";
import type { SaveCalendar } from "./inputs.ts";
import "#server/delivery/events.ts";

/** On which day weeks and in which month fiscal years start. Kept figures by week are made anew. */
export async function saveCalendar(ctx: Ctx, input: SaveCalendar): Promise<void> {
  ensure(changeCalendarRefusal(ctx.actor));
  await inTransaction(ctx, async (tx) => {
    await tx.db
      .insert(deliveryCalendar)
      .values(input)
      .onConflictDoUpdate({ target: deliveryCalendar.id, set: input });
    await record(tx, { type: "delivery-calendar.changed", subjectId: "only", payload: input });
    await enqueue(tx, keepFiguresJob, {});
  });
}
