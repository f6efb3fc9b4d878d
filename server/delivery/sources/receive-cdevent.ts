import { type Ctx, inTransaction } from "#server/core/context.ts";
import { type ErrorCode, ensure, findDomainError, invalid, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { tierOf } from "#server/delivery/model.ts";
import { findServices } from "./find-services.ts";
import { type LoadedService, loadService } from "./load-service.ts";
import { mergeDeployments, mergeIncidents } from "./merge-reported.ts";
import { insiderRefusal, reportRefusal } from "./policy.ts";
import { type CdEvent, readCdEvent } from "./read-cdevent.ts";
import { momentOf, stampOf, whyUncounted } from "./report-deployment.ts";
import "./events.ts";

export type TakenCdEvent = {
  type: string;
  key: string;
  entityRefs: string[];
  ignored: string | null;
  /** Why it was taken and still does not count. */
  note: string | null;
};

const deploying = new Set(["deployed", "upgraded", "rolledback"]);
const ofIncidents = new Set(["detected", "reported", "resolved"]);

/** What became of one event of a batch. */
type BatchOutcome = TakenCdEvent | { refused: { code: ErrorCode; message: string } };

/**
 * Takes a batch, each event for itself: one that is refused keeps no other out, and sending all of them again changes
 * nothing for those that were taken. What goes wrong otherwise ends it, so that the sender tries again.
 */
export async function receiveCdEvents(ctx: Ctx, events: readonly unknown[]): Promise<BatchOutcome[]> {
  ensure(insiderRefusal(ctx.actor));
  const outcomes: BatchOutcome[] = [];
  for (const event of events)
    outcomes.push(
      await receiveCdEvent(ctx, event).catch((error: unknown): BatchOutcome => {
        const known = findDomainError(error);
        if (!known || known.code === "unavailable") throw error;
        return { refused: { code: known.code, message: known.message } };
      }),
    );
  return outcomes;
}

/**
 * Takes a CDEvent: a service that was deployed, upgraded or rolled back, an incident that was detected, reported or
 * resolved. Others are answered as ignored, so that one sender can send all it has.
 */
export async function receiveCdEvent(ctx: Ctx, body: unknown): Promise<TakenCdEvent> {
  ensure(insiderRefusal(ctx.actor));
  const event = readCdEvent(body);
  momentOf(ctx, event.at);
  const services = await servicesOf(ctx, event);
  for (const service of services) ensure(reportRefusal(ctx.actor, service));
  const answer = { type: event.type, key: event.key, entityRefs: services.map(({ ref }) => ref), note: null };
  const isDeployed = event.subject === "service" && deploying.has(event.predicate);
  const isIncident = event.subject === "incident" && ofIncidents.has(event.predicate);
  if (!isDeployed && !isIncident)
    return { ...answer, ignored: `${event.type} is neither a deployment nor an incident` };
  if (isDeployed) {
    const note = await inTransaction(ctx, (tx) => takeDeployment(tx, event, services));
    return { ...answer, ignored: null, note };
  }
  const why = await inTransaction(ctx, (tx) => takeIncident(tx, event, services));
  return { ...answer, ignored: why };
}

async function servicesOf(ctx: Ctx, { serviceHint }: CdEvent): Promise<LoadedService[]> {
  if (!serviceHint) return [];
  const refs = (await findServices(ctx, [serviceHint])).get(serviceHint) ?? [];
  const loaded: LoadedService[] = [];
  for (const ref of refs) loaded.push(await loadService(ctx, ref));
  return loaded;
}

/** Says why it does not count for one of the services, or null. */
async function takeDeployment(
  tx: Ctx,
  event: CdEvent,
  services: readonly LoadedService[],
): Promise<string | null> {
  if (services.length === 0)
    throw notFound(
      `No Component is meant by subject.id "${event.serviceHint?.replace(/^\w+:/, "") ?? ""}": send its name, its reference, or customData.entityRef`,
    );
  const { environment, at, sha, key, version } = event;
  if (!environment)
    throw invalid("subject.content.environment: name where it was deployed", "subject.content.environment");
  for (const service of services) {
    const tier = tierOf({ name: environment, isProduction: undefined, isTransient: undefined });
    await mergeDeployments(tx, [
      {
        entityRef: service.ref,
        source: "cdevents",
        key,
        environment,
        tier,
        repositorySlug: event.repository ?? service.slug,
        sha,
        version,
        url: event.url,
        createdAt: at,
        succeededAt: at,
        failedAt: null,
        asOf: at,
        asOfGuid: stampOf([event.type]),
      },
    ]);
    await record(tx, {
      type: "deployment.reported",
      subjectId: `${service.ref} ${key}`,
      payload: { entityRef: service.ref, source: "cdevents", status: event.predicate, environment, sha },
    });
  }
  for (const service of services) {
    const why = await whyUncounted(tx, service);
    if (why) return why;
  }
  return null;
}

/** Says why it does not count, or null. What was detected keeps its title when it is resolved, whichever comes first. */
async function takeIncident(
  tx: Ctx,
  event: CdEvent,
  services: readonly LoadedService[],
): Promise<string | null> {
  const { environment, at, key, title } = event;
  const tier = environment && tierOf({ name: environment, isProduction: undefined, isTransient: undefined });
  if (tier && tier !== "production" && tier !== "other") return `${environment} is not production`;
  const isOver = event.predicate === "resolved";
  await mergeIncidents(tx, [
    {
      source: "cdevents",
      key,
      hints:
        services.length > 0
          ? services.map(({ ref }) => `ref:${ref}`)
          : event.serviceHint
            ? [event.serviceHint]
            : [],
      title,
      severity: event.severity,
      url: event.url,
      namedSha: isOver ? null : event.sha,
      openedAt: at,
      resolvedAt: isOver ? at : null,
      asOf: isOver ? new Date(0) : at,
      asOfGuid: stampOf([event.type, title]),
    },
  ]);
  await record(tx, {
    type: isOver ? "incident.resolved" : "incident.reported",
    subjectId: `cdevents ${key}`,
    payload: { entityRefs: services.map(({ ref }) => ref), source: "cdevents", title },
  });
  return null;
}
