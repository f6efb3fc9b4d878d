import { type Ctx, inTransaction } from "#server/core/context.ts";
import { conflict, ensure } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { followDecisions } from "./apply-decisions.ts";
import { DecideDeployment } from "./inputs.ts";
import { loadDeployment } from "./load-deployment.ts";
import { decideRefusal, speakRefusal } from "./policy.ts";
import { payloadOf, subjectOf, writeDecision } from "./write-decision.ts";
import "#server/delivery/events.ts";

/** Counts a deployment again that was excluded. */
export async function includeDeployment(ctx: Ctx, input: DecideDeployment): Promise<void> {
  ensure(speakRefusal(ctx.actor));
  const { id, reason } = DecideDeployment.parse(input);
  await inTransaction(ctx, async (tx) => {
    const known = await loadDeployment(tx, id);
    ensure(decideRefusal(tx.actor, known));
    if (!known.isExcluded) throw conflict("It counts already");
    await writeDecision(tx, known, { decision: "include", reason });
    await followDecisions(tx, known, [known]);
    await record(tx, {
      type: "deployment.included",
      ...subjectOf(known),
      payload: payloadOf(known),
      isDemo: known.isDemo,
    });
  });
}
