import { randomUUID } from "node:crypto";
import { and, eq, sql } from "drizzle-orm";
import { deliveryServices, serviceDeployments } from "#db/schema/delivery-figures.ts";
import { reportedIncidents } from "#db/schema/delivery-reported.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { conflict, ensure, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import type { OpenIncident, ResolveIncident } from "./inputs.ts";
import { type LoadedService, loadService } from "./load-service.ts";
import { incidentsChanged, mergeIncidents } from "./merge-reported.ts";
import { insiderRefusal, ownIncidentRefusal } from "./policy.ts";
import "./events.ts";

/** The portal's own button: an incident of a service begins now, with the deployment that did it where that is known. */
export async function openIncident(ctx: Ctx, input: OpenIncident): Promise<{ key: string }> {
  ensure(insiderRefusal(ctx.actor));
  const service = await loadService(ctx, input.entityRef);
  ensure(ownIncidentRefusal(ctx.actor, service));
  return inTransaction(ctx, async (tx) => {
    const guilty = input.deploymentId === null ? null : await findDeployment(tx, service, input.deploymentId);
    const key = randomUUID();
    await mergeIncidents(tx, [
      {
        source: "portal",
        key,
        hints: [`ref:${service.ref}`],
        title: input.title,
        severity: input.severity,
        namedSha: null,
        namedKey: guilty,
        openedAt: tx.now(),
        resolvedAt: null,
        asOf: tx.now(),
        asOfGuid: key,
      },
    ]);
    await record(tx, {
      type: "incident.reported",
      subjectId: `portal ${key}`,
      payload: { entityRefs: [service.ref], source: "portal", title: input.title },
    });
    return { key };
  });
}

/** Ends an incident that the portal's button or a program began; pagers end their own. */
export async function resolveIncident(ctx: Ctx, { source = "portal", key }: ResolveIncident): Promise<void> {
  ensure(insiderRefusal(ctx.actor));
  await inTransaction(ctx, async (tx) => {
    const isThis = and(eq(reportedIncidents.source, source), eq(reportedIncidents.key, key));
    const [incident] = await tx.db.select().from(reportedIncidents).where(isThis).for("update");
    const ref = incident?.entityRefs[0];
    if (!incident || ref === undefined)
      throw notFound("This incident is not known, or belongs to no service");
    ensure(ownIncidentRefusal(tx.actor, await loadService(tx, ref)));
    if (incident.resolvedAt) throw conflict("Somebody has resolved this incident already");
    await tx.db
      .update(reportedIncidents)
      .set({
        resolvedAt: tx.now(),
        asOf: sql`greatest(${reportedIncidents.asOf}, ${tx.now().toISOString()}::timestamptz)`,
      })
      .where(isThis);
    await incidentsChanged(tx, [{ source, key }]);
    await record(tx, {
      type: "incident.resolved",
      subjectId: `${source} ${key}`,
      payload: { entityRefs: incident.entityRefs, source, title: incident.title },
    });
  });
}

/** The source's own key of a deployment: it finds it again after everything is worked out anew. */
async function findDeployment(tx: Ctx, service: LoadedService, id: number): Promise<string> {
  const [row] = await tx.db
    .select({ key: serviceDeployments.sourceKey, kind: serviceDeployments.kind })
    .from(serviceDeployments)
    .innerJoin(deliveryServices, eq(deliveryServices.id, serviceDeployments.serviceId))
    .where(and(eq(serviceDeployments.id, id), eq(deliveryServices.entityRef, service.ref)));
  if (!row) throw notFound("This deployment is not one of the service: choose another");
  if (row.kind === "rollback" || row.kind === "redeploy")
    throw conflict(
      "Nothing new came with this deployment, so it cannot have done harm: name the one whose version it deployed again, or none",
    );
  return row.key;
}
