import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import type { EvidenceIds } from "./inputs.ts";
import { findDeployments } from "./load-deployment.ts";
import type { EvidenceMark } from "./model.ts";

/** Which of these deployments have notes or an open dispute; those of which nothing is said are left out. */
export async function readEvidenceMarks(ctx: Ctx, { ids }: EvidenceIds): Promise<EvidenceMark[]> {
  const known = await findDeployments(ctx, ids);
  if (known.length === 0) return [];
  return ctx.db.execute<EvidenceMark>(sql`
    select d.id::float8 as id, count(*) filter (where y.decision = 'note')::int as notes,
      coalesce((array_agg(y.decision order by y.id desc) filter (where y.decision in ('dispute', 'settle')))[1] = 'dispute',
        false) as "isDisputed"
    from service_deployments d join delivery_decisions y on y.service_id = d.service_id and y.source = d.source
      and y.source_key = d.source_key and y.decision in ('note', 'dispute', 'settle')
    where d.id = any(${sql.param(known.map(({ id }) => id))}::bigint[])
    group by d.id order by d.id`);
}
