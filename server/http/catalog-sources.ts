import { mostSent, SentEntities } from "#server/catalog/sources/inputs.ts";
import { pushEntities, SentRefused } from "#server/catalog/sources/push-entities.ts";
import type { Ctx } from "#server/core/context.ts";
import { invalid } from "#server/core/errors.ts";
import { type HttpAnswer, type HttpRequest, type HttpRoute, json } from "./route.ts";

/** Ten thousand entries with long descriptions; an API's definition may be large. */
const maxBytes = 25_000_000;
const mostErrors = 100;

async function push(ctx: Ctx, request: HttpRequest): Promise<HttpAnswer> {
  const { searchParams } = request.url;
  const body = SentEntities.safeParse(await request.readJson(maxBytes));
  if (!body.success) throw shapeError(body.error.issues[0]);
  const isDryRun = flag(searchParams, "dryRun");
  try {
    const difference = await pushEntities(ctx, {
      id: request.params.id ?? "",
      sent: body.data,
      isDryRun,
      isForced: flag(searchParams, "force"),
    });
    return json(200, { dryRun: isDryRun, ...difference });
  } catch (error) {
    if (!(error instanceof SentRefused)) throw error;
    const { message, field, errors } = error;
    const { requestId } = request;
    const details = errors.slice(0, mostErrors).map(({ index, ref, field, message }) => ({
      index,
      entityRef: ref,
      field,
      message,
    }));
    return json(400, { error: { code: "invalid", message, field, requestId, errors: details } });
  }
}

function shapeError(issue: { path: PropertyKey[]; message: string; code: string } | undefined) {
  const field = (issue?.path ?? []).map(String).join(".");
  if (!field || field === "type")
    return invalid(
      'Send { "type": "full", "entities": […] } or { "type": "delta", "added": […], "removed": […] }',
      "type",
    );
  if (issue?.code === "too_big")
    return invalid(`At most ${mostSent.toLocaleString("en")} entities at once`, field);
  return invalid(`${field}: ${issue?.message}`, field);
}

/** `?force`, `?force=true` and `?force=1` say yes; anything but these and "false" is a mistake that somebody should hear of. */
function flag(params: URLSearchParams, name: string): boolean {
  const value = params.get(name);
  if (value === null || value === "false" || value === "0") return false;
  if (value === "" || value === "true" || value === "1") return true;
  throw invalid(`${name} is true or false`, name);
}

/** Where programs leave their entries. */
export const catalogSourceRoutes: readonly HttpRoute[] = [
  {
    method: "PUT",
    path: "/api/v1/catalog/sources/:id",
    access: "role: platform",
    scope: "catalog-write",
    handle: push,
  },
];
