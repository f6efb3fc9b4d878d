import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { invalid, notFound } from "#server/core/errors.ts";
import type { CompareVersions } from "../inputs.ts";
import type { ApiChange, ApiComparison } from "../model.ts";
import { readableApi, versionsOf } from "./version-rows.ts";

type Row = { changes: string; total: number; breaking: number; isCut: boolean };

/** What changed from one version to a later one; it was worked out when the later one came. */
export async function readComparison(ctx: Ctx, input: CompareVersions): Promise<ApiComparison> {
  const { ref, from, to } = input;
  const api = await readableApi(ctx, ref);
  if (from >= to) throw invalid("Compare an earlier version with a later one", "from");
  const [row] = await ctx.db.execute<Row>(sql`
    select c.changes, c.total, c.breaking, c.is_cut as "isCut"
    from api_comparisons c join api_versions o on o.id = c.from_id join api_versions v on v.id = c.to_id
    where ${versionsOf(api)} and v.number = ${to} and o.number = ${from}`);
  if (!row)
    throw notFound(
      "These two versions were not compared: one is not kept any more, or comparing took too long",
    );
  return { ...row, changes: JSON.parse(row.changes) as ApiChange[] };
}
