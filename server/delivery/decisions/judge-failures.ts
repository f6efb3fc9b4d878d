import { sql } from "drizzle-orm";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure, invalid, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { followDecisions } from "./apply-decisions.ts";
import { JudgeFailures } from "./inputs.ts";
import { findDeployments, type KnownDeployment } from "./load-deployment.ts";
import { decideRefusal, speakRefusal } from "./policy.ts";
import { payloadOf, subjectOf, writeDecision } from "./write-decision.ts";
import "#server/delivery/events.ts";

type Failure = { id: number; deploymentId: number; signal: string; signalKey: string; state: string };

/** Said of a suggestion that was judged by one click. Nobody's words are made up. */
const noReason = "No reason given";

/**
 * Confirms or rejects failures, suggested or not, all or none; what stands so already is left alone. Refuses when one of
 * them is not the actor's to judge. The last word counts, so that a slip is put right by the other verdict; turning one
 * that stands takes a reason.
 */
export async function judgeFailures(ctx: Ctx, input: JudgeFailures): Promise<{ judged: number }> {
  ensure(speakRefusal(ctx.actor));
  const { ids, verdict, reason } = JudgeFailures.parse(input);
  return inTransaction(ctx, async (tx) => {
    const failures = await findFailures(tx, [...new Set(ids)]);
    const known = await findDeployments(tx, [...new Set(failures.map(({ deploymentId }) => deploymentId))]);
    const byId = new Map(known.map((one) => [one.id, one]));
    if (failures.length < new Set(ids).size || failures.some(({ deploymentId }) => !byId.has(deploymentId)))
      throw notFound("Something of this is gone: later facts tell otherwise. Look at the list again");
    for (const one of known) ensure(decideRefusal(tx.actor, one));
    const state = verdict === "confirm" ? "confirmed" : "rejected";
    const fresh = failures.filter((failure) => failure.state !== state);
    if (reason === undefined && fresh.some((failure) => failure.state !== "suggested"))
      throw invalid("Say why: it was confirmed or rejected before, and figures rest on that", "reason");
    for (const { deploymentId, signal, signalKey } of fresh) {
      const about = byId.get(deploymentId);
      if (!about) continue;
      await writeDecision(tx, about, {
        decision: verdict,
        reason: reason ?? noReason,
        signal,
        signalKey,
      });
      await record(tx, {
        type: verdict === "confirm" ? "deployment.failure-confirmed" : "deployment.failure-rejected",
        ...subjectOf(about),
        payload: { ...payloadOf(about), signal },
        isDemo: about.isDemo,
      });
    }
    await followEach(
      tx,
      fresh.flatMap(({ deploymentId }) => byId.get(deploymentId) ?? []),
    );
    return { judged: fresh.length };
  });
}

function findFailures(tx: Ctx, ids: readonly number[]): Promise<Failure[]> {
  return tx.db.execute<Failure>(sql`
    select id::float8 as id, deployment_id::float8 as "deploymentId", signal, signal_key as "signalKey", state
    from deployment_failures where id = any(${sql.param([...ids])}::bigint[]) order by id`);
}

/** Always in the same order of services, so that two of these never wait for each other. */
async function followEach(tx: Ctx, deployments: readonly KnownDeployment[]): Promise<void> {
  const services = [...Map.groupBy(deployments, ({ serviceId }) => serviceId)];
  for (const [serviceId, ofService] of services.sort(([a], [b]) => (a < b ? -1 : 1))) {
    const serviceRef = ofService[0]?.serviceRef ?? "";
    await followDecisions(tx, { serviceId, serviceRef }, ofService);
  }
}
