import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { keptDays } from "./model.ts";

/** What was tried is of use for some days; what was saved of it stands in the audit log. */
export async function forgetSimulations(ctx: Ctx): Promise<void> {
  const oldest = new Date(ctx.now().getTime() - keptDays * 86_400_000).toISOString();
  await ctx.db.execute(sql`delete from delivery_simulations where created_at < ${oldest}::timestamptz`);
}
