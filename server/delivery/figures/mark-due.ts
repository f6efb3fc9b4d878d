import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { enqueue } from "#server/core/jobs.ts";
import { keepFiguresJob } from "./figures-job-name.ts";
import { judgeDeployments } from "./judge-deployments.ts";

/**
 * To be called in the transaction that worked a service's deployments, changes or failures out again, or that wrote down
 * what its team decided about them. `from` is the earliest moment that is touched, of a deployment or of a
 * recovery. What a deployment counts as is judged at once, so that the service's own figures are right at commit; kept ones follow within seconds.
 */
export async function markFiguresDue(tx: Ctx, serviceId: string, from: Date): Promise<void> {
  const earliest = await judgeDeployments(tx, serviceId, from);
  await markKeptFiguresDue(tx, serviceId, earliest && earliest < from ? earliest : from);
}

/** The same where the rows stay as they are, and what is said about them changes: what could not be seen, for one. */
export async function markKeptFiguresDue(tx: Ctx, serviceId: string, since: Date): Promise<void> {
  await tx.db.execute(sql`
    insert into delivery_marks as m (service_id, from_at) values (${serviceId}::uuid, ${since.toISOString()}::timestamptz)
    on conflict (service_id) do update
      set from_at = least(m.from_at, excluded.from_at), count = m.count + 1`);
  await enqueue(tx, keepFiguresJob, {});
}
