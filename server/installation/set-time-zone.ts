import { installation } from "#db/schema/core.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure, invalid } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { SetTimeZone } from "./inputs.ts";
import { changeSettingsRefusal } from "./policy.ts";
import "./events.ts";

/** Sets the time zone in which the portal shows moments that belong to no single reader. A name of the IANA database. */
export async function setTimeZone(ctx: Ctx, raw: SetTimeZone): Promise<void> {
  ensure(changeSettingsRefusal(ctx.actor));
  const input = SetTimeZone.safeParse(raw);
  if (!input.success) throw invalid(input.error.issues[0]?.message ?? "Choose a time zone", "timeZone");
  const { timeZone } = input.data;
  await inTransaction(ctx, async (tx) => {
    const [row] = await tx.db.select({ timeZone: installation.timeZone }).from(installation).for("update");
    if (!row || row.timeZone === timeZone) return;
    await tx.db.update(installation).set({ timeZone });
    await record(tx, {
      type: "time-zone.changed",
      subjectId: "only",
      payload: { from: row.timeZone, to: timeZone },
    });
  });
}
