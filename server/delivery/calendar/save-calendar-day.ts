import { count, eq } from "drizzle-orm";
import { deliveryCalendarDays } from "#db/schema/delivery-standing.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure, invalid, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { changeCalendarRefusal } from "#server/delivery/policy.ts";
import type { SaveCalendarDay } from "./inputs.ts";
import { mostCalendarDays } from "./model.ts";
import "#server/delivery/events.ts";

/** Adds a holiday or a freeze, or changes one. They are drawn beside the figures and change none. */
export async function saveCalendarDay(ctx: Ctx, input: SaveCalendarDay): Promise<{ id: number }> {
  ensure(changeCalendarRefusal(ctx.actor));
  const { id, ...values } = input;
  return inTransaction(ctx, async (tx) => {
    const [row] = id
      ? await tx.db
          .update(deliveryCalendarDays)
          .set(values)
          .where(eq(deliveryCalendarDays.id, id))
          .returning({ id: deliveryCalendarDays.id })
      : await add(tx, values);
    if (!row) throw notFound("It is no longer in the calendar");
    await record(tx, { type: "delivery-calendar.day-saved", subjectId: String(row.id), payload: values });
    return row;
  });
}

async function add(tx: Ctx, values: Omit<SaveCalendarDay, "id">): Promise<{ id: number }[]> {
  const [kept] = await tx.db.select({ rows: count() }).from(deliveryCalendarDays);
  if ((kept?.rows ?? 0) >= mostCalendarDays)
    throw invalid(`The calendar holds at most ${mostCalendarDays} entries; remove old ones first`);
  return tx.db.insert(deliveryCalendarDays).values(values).returning({ id: deliveryCalendarDays.id });
}
