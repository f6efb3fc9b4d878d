import { type SQL, sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import type { Source } from "./recognise.ts";

/** The source of the service `s`: its own choice, else the organisation's, else GitHub's deployments. */
export const chosenSource: SQL = sql`coalesce(s.source, (select source from delivery_defaults), 'deployment')`;

/** What counts as a deployment of services that have chosen nothing. */
export async function readDefaultSource(ctx: Ctx): Promise<Source> {
  const [row] = await ctx.db.execute<{ source: Source }>(sql`select source from delivery_defaults`);
  return row?.source ?? "deployment";
}
