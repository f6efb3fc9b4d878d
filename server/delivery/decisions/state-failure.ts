import { sql } from "drizzle-orm";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure, invalid } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { markRefsDue } from "#server/delivery/projection/mark-services-due.ts";
import { incidentsAround } from "./incidents-around.ts";
import { StateFailure } from "./inputs.ts";
import { type KnownDeployment, loadDeployment } from "./load-deployment.ts";
import { decideRefusal, speakRefusal } from "./policy.ts";
import { payloadOf, subjectOf, writeDecision } from "./write-decision.ts";
import "#server/delivery/events.ts";

/**
 * The team says that a deployment failed, where nothing else tells it. The figures have it within seconds, as a confirmed
 * failure; it has recovered with the end of the incident, or with the deployment that repaired it, and open until one of them is named.
 */
export async function stateFailure(ctx: Ctx, input: StateFailure): Promise<void> {
  ensure(speakRefusal(ctx.actor));
  const asked = StateFailure.parse(input);
  await inTransaction(ctx, async (tx) => {
    const known = await loadDeployment(tx, asked.id);
    ensure(decideRefusal(tx.actor, known));
    if (known.succeededAt === null)
      throw invalid("It never was live, so it counts as a failed rollout already", "id");
    if (known.tier !== "production") throw invalid("Only deployments to production count as failed", "id");
    const signalKey = await keyOf(tx, known, asked);
    await writeDecision(tx, known, { decision: "fail", reason: asked.reason, signal: "stated", signalKey });
    await markRefsDue(tx, [known.serviceRef], tx.now());
    await record(tx, {
      type: "deployment.failure-stated",
      ...subjectOf(known),
      payload: payloadOf(known),
      isDemo: known.isDemo,
    });
  });
}

/** How the projection finds what ended it: `incident:<key>`, `remedy:<source's key>`, or `open`. */
async function keyOf(tx: Ctx, known: KnownDeployment, asked: StateFailure): Promise<string> {
  if (asked.incident !== undefined) {
    const around = await incidentsAround(tx, known);
    if (!around.some(({ key }) => key === asked.incident))
      throw invalid("No such incident of this service is known", "incident");
    return `incident:${asked.incident}`;
  }
  if (asked.remedyId === undefined) return "open";
  const [remedy] = await tx.db.execute<{ sourceKey: string }>(sql`
    select source_key as "sourceKey" from service_deployments
    where id = ${asked.remedyId} and service_id = ${known.serviceId}::uuid and tier = 'production'
      and succeeded_at > ${known.succeededAt}::timestamptz`);
  if (!remedy) throw invalid("What repaired it has to be a later deployment of the same service", "remedyId");
  return `remedy:${remedy.sourceKey}`;
}
