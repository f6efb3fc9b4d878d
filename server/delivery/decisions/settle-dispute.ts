import { type Ctx, inTransaction } from "#server/core/context.ts";
import { conflict, ensure } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { followDecisions } from "./apply-decisions.ts";
import { DecideDeployment } from "./inputs.ts";
import { loadDeployment } from "./load-deployment.ts";
import { openDispute } from "./open-dispute.ts";
import { settleRefusal, speakRefusal } from "./policy.ts";
import { payloadOf, subjectOf, writeDecision } from "./write-decision.ts";
import "#server/delivery/events.ts";

/** Ends a dispute with what came of it. What counts is changed by other decisions, each with its own reason. */
export async function settleDispute(ctx: Ctx, input: DecideDeployment): Promise<void> {
  ensure(speakRefusal(ctx.actor));
  const { id, reason } = DecideDeployment.parse(input);
  await inTransaction(ctx, async (tx) => {
    const known = await loadDeployment(tx, id);
    const dispute = await openDispute(tx, known);
    ensure(settleRefusal(tx.actor, known, dispute?.raisedBy ?? null));
    if (!dispute) throw conflict("There is no open dispute about it");
    await writeDecision(tx, known, { decision: "settle", reason });
    await followDecisions(tx, known, [known]);
    await record(tx, {
      type: "deployment.dispute-settled",
      ...subjectOf(known),
      payload: payloadOf(known),
      isDemo: known.isDemo,
    });
  });
}
