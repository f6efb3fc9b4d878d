import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";

/** Who has not opened a list for a year is told nothing of it: that they once looked is forgotten. */
export async function forgetLooks(ctx: Ctx): Promise<void> {
  await ctx.db.execute(
    sql`delete from delivery_looks where seen_at < ${ctx.now().toISOString()}::timestamptz - interval '1 year'`,
  );
}
