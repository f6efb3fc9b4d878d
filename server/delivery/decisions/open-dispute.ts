import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import type { KnownDeployment } from "./load-deployment.ts";

/** The dispute about a deployment that nobody has settled yet, with who raised it. */
export async function openDispute(
  ctx: Ctx,
  { serviceId, source, sourceKey }: Pick<KnownDeployment, "serviceId" | "source" | "sourceKey">,
): Promise<{ raisedBy: string | null } | null> {
  const [latest] = await ctx.db.execute<{ decision: string; actorId: string | null }>(sql`
    select decision, actor_id as "actorId" from delivery_decisions
    where service_id = ${serviceId}::uuid and source = ${source} and source_key = ${sourceKey}
      and decision in ('dispute', 'settle')
    order by id desc limit 1`);
  return latest?.decision === "dispute" ? { raisedBy: latest.actorId } : null;
}
