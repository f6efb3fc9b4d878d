import { type Ctx, inTransaction } from "#server/core/context.ts";
import { conflict, ensure } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { followDecisions } from "./apply-decisions.ts";
import { DecideDeployment } from "./inputs.ts";
import { loadDeployment } from "./load-deployment.ts";
import { openDispute } from "./open-dispute.ts";
import { speakRefusal } from "./policy.ts";
import { payloadOf, subjectOf, writeDecision } from "./write-decision.ts";
import "#server/delivery/events.ts";

/**
 * Says that what is shown of a deployment is wrong: anybody who works here may. The figure stays and is marked as disputed
 * until somebody who may decide settles it.
 */
export async function disputeDeployment(ctx: Ctx, input: DecideDeployment): Promise<void> {
  ensure(speakRefusal(ctx.actor));
  const { id, reason } = DecideDeployment.parse(input);
  await inTransaction(ctx, async (tx) => {
    const known = await loadDeployment(tx, id);
    if (await openDispute(tx, known)) throw conflict("It is disputed already: read what is said of it");
    await writeDecision(tx, known, { decision: "dispute", reason });
    await followDecisions(tx, known, [known]);
    await record(tx, {
      type: "deployment.disputed",
      ...subjectOf(known),
      payload: payloadOf(known),
      isDemo: known.isDemo,
    });
  });
}
