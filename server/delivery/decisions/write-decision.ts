import { deliveryDecisions } from "#db/schema/delivery-figures.ts";
import { actorLabel } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import type { KnownDeployment } from "./load-deployment.ts";

export type Decision = (typeof deliveryDecisions.$inferInsert)["decision"];

/** Adds to what was decided; nothing of it is ever changed. It names the deployment by its source's own key. */
export async function writeDecision(
  tx: Ctx,
  about: Pick<KnownDeployment, "serviceId" | "source" | "sourceKey">,
  said: { decision: Decision; reason: string; signal?: string; signalKey?: string },
): Promise<void> {
  await tx.db.insert(deliveryDecisions).values({
    serviceId: about.serviceId,
    source: about.source,
    sourceKey: about.sourceKey,
    signal: said.signal ?? null,
    signalKey: said.signalKey ?? null,
    decision: said.decision,
    reason: said.reason,
    actorId: tx.actor.kind === "user" ? tx.actor.id : null,
    actorName: actorLabel(tx.actor).name,
    at: tx.now(),
  });
}

/** What the audit log keeps of it; the reason stands with the decision. */
export const subjectOf = ({ serviceRef, source, sourceKey }: KnownDeployment) => ({
  subjectId: `${serviceRef}#${source}:${sourceKey}`.slice(0, 400),
});
export const payloadOf = ({ serviceRef, environment, sha, at }: KnownDeployment) => ({
  entityRef: serviceRef,
  environment,
  sha,
  at: new Date(at).toISOString(),
});
