import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { formatRef } from "#server/catalog/entity-ref.ts";
import { parseAddress } from "#server/catalog/location-address.ts";
import { type Preview, previewLocation, readPreview } from "#server/catalog/preview-location.ts";
import { findDocumentsOfLocation } from "#server/catalog/reads/find-documents.ts";
import {
  findLocationOfEntity,
  findRegisteredLocation,
  listRegisteredLocations,
  queryRegisteredLocations,
  type RegisteredLocation,
} from "#server/catalog/reads/registered-locations.ts";
import { registerLocation } from "#server/catalog/register-location.ts";
import { reimportLocation } from "#server/catalog/reimport-location.ts";
import { removeLocation } from "#server/catalog/remove-location.ts";
import { updateLocation } from "#server/catalog/update-location.ts";
import type { Ctx } from "#server/core/context.ts";
import { DomainError, findDomainError, invalid, notFound } from "#server/core/errors.ts";
import { notNow } from "#server/core/refusal.ts";
import { parsed, readQuery } from "./catalog-request.ts";
import { type HttpAnswer, type HttpRequest, json } from "./route.ts";

const LocationInput = z.object({ type: z.string().max(100), target: z.string().min(1).max(2000) });

/** Like a stock Backstage, only addresses are registered by REST: a folder of the machine is named on the page or in the shell. */
async function readLocation(request: HttpRequest): Promise<{ target: string }> {
  const { type, target } = parsed(LocationInput, await request.readJson());
  if (type !== "url" || !/^https?:\/\//i.test(target))
    throw invalid('Registered locations must be of an allowed type ["url"]', "type");
  return { target };
}

const isOn = (value: string | null) => value !== null && /^(true|1|yes|y|on)$/i.test(value);

export async function addLocation(ctx: Ctx, request: HttpRequest): Promise<HttpAnswer> {
  const { target } = await readLocation(request);
  const { searchParams } = request.url;
  if (isOn(searchParams.get("dryRun"))) return tryLocation(ctx, target);
  try {
    const made = await registerLocation(ctx, { target });
    return json(201, { location: wireOf(made), entities: [] });
  } catch (error) {
    const isTaken = findDomainError(error)?.code === "conflict";
    if (!isTaken || searchParams.get("onConflict") !== "refresh") throw error;
    const known = await findRegisteredLocation(ctx, { target: parseAddress(target).target });
    if (!known) throw error;
    await readAgain(ctx, known);
    return json(201, { location: known, entities: [] });
  }
}

const wireOf = (location: { id: string; target: string }): RegisteredLocation => ({
  id: location.id,
  type: "url",
  target: location.target,
});

async function readAgain(ctx: Ctx, location: RegisteredLocation): Promise<void> {
  await reimportLocation(ctx, { id: location.id }).catch((error: unknown) => {
    if (findDomainError(error)?.rule !== notNow.name) throw error;
  });
}

/** A worker that is not there, or a repository that takes longer, is told to whoever waits. */
const mostWaitMs = 30_000;

async function lookAt(ctx: Ctx, target: string): Promise<Preview> {
  const preview = await previewLocation(ctx, { target });
  const endsAt = performance.now() + mostWaitMs;
  for (let pause = 50; performance.now() < endsAt; pause = Math.min(500, pause * 1.5)) {
    const found = await readPreview(ctx, preview);
    if (found.state === "done") return found;
    if (found.state === "failed") throw invalid(found.failure ?? "It could not be read", "target");
    await sleep(pause);
  }
  throw new DomainError("unavailable", `Looking at ${target} takes longer than 30 s: try again later`);
}

async function tryLocation(ctx: Ctx, target: string): Promise<HttpAnswer> {
  const found = await lookAt(ctx, target);
  const [broken] = found.entries.filter((entry) => entry.verdict === "invalid");
  if (broken) throw invalid(`${broken.ref}: ${broken.problems.join(", ")}`, "target");
  const location = { id: `url:${found.target}`, type: "url", target: found.target };
  const entities = found.entries.map(({ entity }) => entity);
  return json(201, { exists: found.isRegistered, location, entities });
}

export async function listLocations(ctx: Ctx): Promise<HttpAnswer> {
  const locations = await listRegisteredLocations(ctx);
  return json(
    200,
    locations.map((data) => ({ data })),
  );
}

async function known(ctx: Ctx, id: string | undefined): Promise<RegisteredLocation> {
  const location = await findRegisteredLocation(ctx, { id: (id ?? "").toLowerCase() });
  if (!location) throw notFound(`Found no location with ID ${id}`);
  return location;
}

export const getLocation = async (ctx: Ctx, { params }: HttpRequest): Promise<HttpAnswer> =>
  json(200, await known(ctx, params.id));

export async function putLocation(ctx: Ctx, request: HttpRequest): Promise<HttpAnswer> {
  const { target } = await readLocation(request);
  const { id } = await known(ctx, request.params.id);
  return json(200, wireOf(await updateLocation(ctx, { id, target })));
}

export async function deleteLocation(ctx: Ctx, { params }: HttpRequest): Promise<HttpAnswer> {
  const { id } = await known(ctx, params.id);
  await removeLocation(ctx, { id });
  return { status: 204, body: null };
}

export async function locationByEntity(ctx: Ctx, { params }: HttpRequest): Promise<HttpAnswer> {
  const { kind = "", namespace = "", name = "" } = params;
  const ref = formatRef({ kind, namespace, name });
  const location = await findLocationOfEntity(ctx, ref);
  if (!location) throw notFound(`found no location for ref ${ref}`);
  return json(200, location);
}

const count = z.number().int().min(1).max(10_000);
const LocationsQuery = z.object({
  query: z.unknown().optional(),
  limit: count.default(1000),
  cursor: z.string().min(1).max(100_000).optional(),
});
const LocationsCursor = z.object({ limit: count, afterId: z.uuid(), query: z.unknown().optional() });

export async function queryLocations(ctx: Ctx, request: HttpRequest): Promise<HttpAnswer> {
  const body = parsed(LocationsQuery, (await request.readJson()) ?? {});
  const from = body.cursor === undefined ? { ...body, afterId: null } : readCursor(body.cursor);
  const { items, total, hasNext } = await queryRegisteredLocations(ctx, {
    query: readQuery(from.query),
    limit: from.limit,
    afterId: from.afterId,
  });
  const afterId = items.at(-1)?.id;
  const next = { limit: from.limit, afterId, ...(from.query === undefined ? {} : { query: from.query }) };
  const nextCursor = Buffer.from(JSON.stringify(next)).toString("base64");
  return json(200, { items, totalItems: total, pageInfo: hasNext ? { nextCursor } : {} });
}

function readCursor(encoded: string): z.infer<typeof LocationsCursor> {
  let value: unknown = null;
  try {
    value = JSON.parse(Buffer.from(encoded, "base64").toString("utf8"));
  } catch {
    // Refused below, with what is no cursor of ours.
  }
  const cursor = LocationsCursor.safeParse(value);
  if (!cursor.success) throw invalid("Malformed cursor: it is not one that this catalog gave", "cursor");
  return cursor.data;
}

const AnalyzeBody = z.object({
  location: LocationInput,
  catalogFilename: z.string().max(200).optional(),
});

/**
 * What an address has: the entries of its catalogue files, or where there are none, an entry that could be written for
 * it. `fields` of Backstage's answer, its guesses to be filled in by a form, stays empty as in a stock one.
 */
export async function analyzeLocation(ctx: Ctx, request: HttpRequest): Promise<HttpAnswer> {
  const { location } = parsed(AnalyzeBody, await request.readJson());
  if (!/^https?:\/\//i.test(location.target))
    throw invalid("The given location.target is not a URL", "location.target");
  const { target } = parseAddress(location.target);
  const existingEntityFiles = (await entriesAt(ctx, target)).map(({ file, entity, isRegistered }) => {
    return { location: { type: "url", target: file }, isRegistered, entity };
  });
  const generateEntities = existingEntityFiles.length > 0 ? [] : [{ entity: draftOf(target), fields: [] }];
  return json(200, { existingEntityFiles, generateEntities });
}

/** What is registered was read already. */
async function entriesAt(ctx: Ctx, target: string) {
  const location = await findRegisteredLocation(ctx, { target });
  const known = location ? await findDocumentsOfLocation(ctx, location.id) : [];
  if (known.length > 0)
    return known.map(({ file, text }) => ({ file, entity: JSON.parse(text) as unknown, isRegistered: true }));
  const { entries } = await lookAt(ctx, target);
  return entries.map(({ file, entity }) => ({ file, entity, isRegistered: location !== null }));
}

function draftOf(target: string): Record<string, unknown> {
  const { hostname, pathname } = new URL(target);
  const [owner = "", repository = "unnamed"] = pathname.split("/").filter(Boolean);
  const name = repository.replace(/[^\w.-]+/g, "-").replace(/^[^a-z0-9]+|[^a-z0-9]+$/gi, "");
  const annotations =
    hostname === "github.com" ? { annotations: { "github.com/project-slug": `${owner}/${repository}` } } : {};
  return {
    apiVersion: "backstage.io/v1alpha1",
    kind: "Component",
    metadata: { name: name.slice(0, 63) || "unnamed", ...annotations },
    spec: { type: "other", lifecycle: "unknown" },
  };
}
