import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { DecideDeployment } from "./inputs.ts";
import { loadDeployment } from "./load-deployment.ts";
import { decideRefusal, speakRefusal } from "./policy.ts";
import { payloadOf, subjectOf, writeDecision } from "./write-decision.ts";
import "#server/delivery/events.ts";

/** Writes a note at a deployment. It changes no figure. */
export async function noteDeployment(ctx: Ctx, input: DecideDeployment): Promise<void> {
  ensure(speakRefusal(ctx.actor));
  const { id, reason } = DecideDeployment.parse(input);
  await inTransaction(ctx, async (tx) => {
    const known = await loadDeployment(tx, id);
    ensure(decideRefusal(tx.actor, known));
    await writeDecision(tx, known, { decision: "note", reason });
    await record(tx, {
      type: "deployment.annotated",
      ...subjectOf(known),
      payload: payloadOf(known),
      isDemo: known.isDemo,
    });
  });
}
