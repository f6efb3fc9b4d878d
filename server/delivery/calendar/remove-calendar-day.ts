import { eq } from "drizzle-orm";
import { deliveryCalendarDays } from "#db/schema/delivery-standing.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { changeCalendarRefusal } from "#server/delivery/policy.ts";
import type { CalendarDayId } from "./inputs.ts";
import "#server/delivery/events.ts";

export async function removeCalendarDay(ctx: Ctx, input: CalendarDayId): Promise<void> {
  ensure(changeCalendarRefusal(ctx.actor));
  await inTransaction(ctx, async (tx) => {
    const [row] = await tx.db
      .delete(deliveryCalendarDays)
      .where(eq(deliveryCalendarDays.id, input.id))
      .returning({ title: deliveryCalendarDays.title });
    if (!row) throw notFound("It is no longer in the calendar");
    await record(tx, {
      type: "delivery-calendar.day-removed",
      subjectId: String(input.id),
      payload: { title: row.title },
    });
  });
}
