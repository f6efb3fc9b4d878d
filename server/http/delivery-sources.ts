import type { z } from "zod";
import type { Ctx } from "#server/core/context.ts";
import { httpStatus, invalid } from "#server/core/errors.ts";
import { ReportDeployment, ReportIncident } from "#server/delivery/sources/inputs.ts";
import { cdEventsPath } from "#server/delivery/sources/model.ts";
import { mostInBatch, readCloudEvents } from "#server/delivery/sources/read-cloud-events.ts";
import { receiveCdEvent, receiveCdEvents } from "#server/delivery/sources/receive-cdevent.ts";
import { reportDeployment } from "#server/delivery/sources/report-deployment.ts";
import { reportIncident } from "#server/delivery/sources/report-incident.ts";
import { type HttpAnswer, type HttpRequest, type HttpRoute, json } from "./route.ts";

const maxBytes = 64_000;
const maxBatchBytes = mostInBatch * 10_000;

/** The body by its schema; every mistake names its field and what to write instead. */
function read<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const unknown = issue?.code === "unrecognized_keys" ? issue.keys[0] : undefined;
  if (unknown) throw invalid(`${unknown} is not known here: see docs/delivery-sources.md`, unknown);
  const field = (issue?.path ?? []).map(String).join(".");
  if (!field) throw invalid("Send a JSON object: see docs/delivery-sources.md");
  throw invalid(`${field}: ${issue?.message}`, field);
}

/** The key stands in the body, or in the header that many clients send for this. */
async function readKeyed(request: HttpRequest): Promise<unknown> {
  const body = await request.readJson(maxBytes);
  const header = request.headers.get("idempotency-key")?.trim();
  if (!header || typeof body !== "object" || body === null || Array.isArray(body) || "key" in body)
    return body;
  return { ...body, key: header };
}

async function takeDeployment(ctx: Ctx, request: HttpRequest): Promise<HttpAnswer> {
  const told = await reportDeployment(ctx, read(ReportDeployment, await readKeyed(request)));
  return json(told.isNew ? 201 : 200, told);
}

async function takeIncident(ctx: Ctx, request: HttpRequest): Promise<HttpAnswer> {
  const told = await reportIncident(ctx, read(ReportIncident, await readKeyed(request)));
  return json(told.isNew ? 201 : 200, told);
}

/** A CDEvent as a CloudEvent in binary, structured or batched mode, or by itself. */
async function takeCdEvent(ctx: Ctx, request: HttpRequest): Promise<HttpAnswer> {
  const contentType = request.headers.get("content-type");
  const isLarge = /^\s*application\/cloudevents-batch/i.test(contentType ?? "");
  const body = await request.readJson(isLarge ? maxBatchBytes : maxBytes);
  const { isBatch, events } = readCloudEvents({
    contentType,
    header: (name) => request.headers.get(name),
    body,
  });
  if (!isBatch) return json(200, await receiveCdEvent(ctx, events[0]));
  const outcomes = await receiveCdEvents(ctx, events);
  const refused = outcomes.flatMap((one, place) => ("refused" in one ? [{ place, ...one.refused }] : []));
  const [first] = refused;
  if (!first) return json(200, { events: outcomes });
  const message = `${refused.length} of ${events.length} events were refused, the others are taken. Event ${first.place + 1}: ${first.message}`;
  const { requestId } = request;
  return json(httpStatus[first.code], {
    error: { code: first.code, message, requestId },
    events: outcomes,
  });
}

/** Where programs tell what they deployed and what broke. CDEvents stand beside the other webhooks as well. */
export const deliverySourceRoutes: readonly HttpRoute[] = [
  {
    method: "POST",
    path: cdEventsPath,
    access: "signed in",
    scope: "delivery-write",
    handle: takeCdEvent,
  },
  {
    method: "POST",
    path: "/api/v1/delivery/cdevents",
    access: "signed in",
    scope: "delivery-write",
    handle: takeCdEvent,
  },
  {
    method: "POST",
    path: "/api/v1/delivery/deployments",
    access: "signed in",
    scope: "delivery-write",
    handle: takeDeployment,
  },
  {
    method: "POST",
    path: "/api/v1/delivery/incidents",
    access: "signed in",
    scope: "delivery-write",
    handle: takeIncident,
  },
];
