import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { markFiguresDue } from "#server/delivery/figures/mark-due.ts";
import { tryLockService } from "#server/delivery/projection/lock-services.ts";
import { markRefsDue } from "#server/delivery/projection/mark-services-due.ts";
import { applyExclusions } from "./apply-exclusions.ts";

/** Gives failures of some deployments what was last decided; the projection does it for all. */
async function applyVerdicts(tx: Ctx, serviceId: string, deploymentIds: readonly number[]): Promise<void> {
  await tx.db.execute(sql`
    update deployment_failures f set decision = x.decision
    from (
      select distinct on (d.id, y.signal, y.signal_key) d.id, y.signal, y.signal_key,
        case y.decision when 'reject' then 'rejected' else 'confirmed' end as decision
      from service_deployments d join delivery_decisions y on y.service_id = d.service_id
        and y.source = d.source and y.source_key = d.source_key and y.signal is not null
        and y.decision in ('confirm', 'reject', 'fail')
      where d.service_id = ${serviceId}::uuid and d.id = any(${sql.param([...deploymentIds])}::bigint[])
      order by d.id, y.signal, y.signal_key, y.id desc
    ) x
    where f.deployment_id = x.id and f.signal = x.signal and f.signal_key = x.signal_key
      and f.decision is distinct from x.decision`);
}

/**
 * Lets the figures follow what was just decided about these deployments: at commit, unless the service is being worked out
 * at this moment. Whoever does that may have read the decisions before, and would wait for our rows as we for theirs; then
 * the next run, which follows at once, does it.
 */
export async function followDecisions(
  tx: Ctx,
  service: { serviceId: string; serviceRef: string },
  deployments: readonly { id: number; at: string }[],
): Promise<void> {
  const isMine = await tryLockService(tx, service.serviceId);
  if (!isMine) return markRefsDue(tx, [service.serviceRef], tx.now());
  await applyExclusions(tx, service.serviceId);
  await applyVerdicts(
    tx,
    service.serviceId,
    deployments.map(({ id }) => id),
  );
  const from = Math.min(tx.now().getTime(), ...deployments.map(({ at }) => Date.parse(at)));
  await markFiguresDue(tx, service.serviceId, new Date(from));
}
