import { systemActor } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import { DomainError, notFound } from "#server/core/errors.ts";
import { addressKey, takeFromRule } from "#server/core/rate-limit.ts";
import { findScimConnection } from "#server/identity/scim/connections.ts";
import { ScimPatch, ScimQuery } from "#server/identity/scim/inputs.ts";
import { type ScimConnection, scimSchemas, scimTokenPrefix } from "#server/identity/scim/model.ts";
import {
  getScimGroup,
  getScimUser,
  type Listed,
  readScimGroups,
  readScimUsers,
} from "#server/identity/scim/read-resources.ts";
import { groupResource, type ScimResource, userResource } from "#server/identity/scim/resources.ts";
import { scimInvalid } from "#server/identity/scim/scim-error.ts";
import {
  createScimGroup,
  patchScimGroup,
  removeScimGroup,
  replaceScimGroup,
} from "#server/identity/scim/write-group.ts";
import {
  createScimUser,
  patchScimUser,
  removeScimUser,
  replaceScimUser,
} from "#server/identity/scim/write-user.ts";
import { type HttpAnswer, type HttpRequest, type HttpRoute, json } from "./route.ts";
import { resourceTypes, schemas, serviceProviderConfig } from "./scim-discovery.ts";

/** SCIM 2.0 (RFC 7643 and 7644), for directories that write people and groups: Okta, Entra and their like. */
const root = "/api/scim/v2";
/** A group of twenty thousand members is about 1.5 MB. */
const bodyMax = 4_000_000;

type Call = { ctx: Ctx; request: HttpRequest; connection: ScimConnection; base: string };

async function findCaller(ctx: Ctx, request: HttpRequest): Promise<Call> {
  const token = /^Bearer ([\w-]{1,200})$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  const connection = token?.startsWith(scimTokenPrefix) ? await findScimConnection(ctx, token) : null;
  if (!connection) {
    await takeFromRule(ctx.db, "tokenFailure", addressKey(request.address));
    throw new DomainError("unauthenticated", "This needs the token of a connected directory");
  }
  await takeFromRule(ctx.db, "scim", connection.id);
  const as = { ...ctx, actor: systemActor(`Directory ${connection.name}`) };
  return { ctx: as, request, connection, base: request.url.origin + root };
}

const scim = (status: number, value: unknown, headers: Record<string, string> = {}): HttpAnswer => ({
  ...json(status, value, {
    "cache-control": "no-store",
    ...headers,
    "content-type": "application/scim+json; charset=utf-8",
  }),
});
const nothing: HttpAnswer = { status: 204, headers: { "cache-control": "no-store" }, body: null };

const row = (
  method: HttpRoute["method"],
  path: string,
  handle: (call: Call) => Promise<HttpAnswer>,
): HttpRoute => ({
  method,
  path: root + path,
  access: "SCIM client",
  errorStyle: "scim",
  handle: async (ctx, request) => handle(await findCaller(ctx, request)),
});

async function readResource({ request }: Call): Promise<Record<string, unknown>> {
  const body = await request.readJson(bodyMax);
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw scimInvalid("invalidSyntax", "The body has to be a JSON object");
  return body as Record<string, unknown>;
}

async function readPatch(call: Call): Promise<ScimPatch> {
  const parsed = ScimPatch.safeParse(await readResource(call));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw scimInvalid("invalidSyntax", `${issue?.path.join(".") || "Operations"}: ${issue?.message}`);
}

function readQuery({ request }: Call): ScimQuery {
  const parsed = ScimQuery.safeParse(Object.fromEntries(request.url.searchParams));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw scimInvalid("invalidValue", `${issue?.path.join(".")}: ${issue?.message}`);
}

/** `attributes` and `excludedAttributes` by their first names; id and schemas are always there. */
function chosen(resource: ScimResource, { request }: Call): Record<string, unknown> {
  const list = (name: string) =>
    (request.url.searchParams.get(name) ?? "")
      .split(",")
      .map((one) => one.trim().toLowerCase().split(".")[0]);
  const wanted = list("attributes").filter(Boolean);
  const left = list("excludedAttributes").filter(Boolean);
  const isKept = (name: string) =>
    name === "id" ||
    name === "schemas" ||
    ((wanted.length === 0 || wanted.includes(name.toLowerCase())) && !left.includes(name.toLowerCase()));
  return Object.fromEntries(Object.entries(resource).filter(([name]) => isKept(name)));
}

const isWithMembers = ({ request }: Call) =>
  !/(^|,)\s*members\s*(,|$)/i.test(request.url.searchParams.get("excludedAttributes") ?? "");

function listAnswer<Row>(listed: Listed<Row>, resources: Record<string, unknown>[]): HttpAnswer {
  return scim(200, {
    schemas: [scimSchemas.list],
    totalResults: listed.total,
    startIndex: listed.startIndex,
    itemsPerPage: resources.length,
    Resources: resources,
  });
}

const locationOf = (resource: ScimResource) => (resource.meta as { location: string }).location;
const idOf = ({ request }: Call) => request.params.id ?? "";

const userRows: HttpRoute[] = [
  row("GET", "/Users", async (call) => {
    const listed = await readScimUsers(call.ctx, call.connection, readQuery(call));
    return listAnswer(
      listed,
      listed.rows.map((user) => chosen(userResource(user, call.base), call)),
    );
  }),
  row("POST", "/Users", async (call) => {
    const made = await createScimUser(call.ctx, call.connection, await readResource(call));
    const resource = userResource(made, call.base);
    return scim(201, resource, { location: locationOf(resource) });
  }),
  row("GET", "/Users/:id", async (call) =>
    scim(
      200,
      chosen(userResource(await getScimUser(call.ctx, call.connection, idOf(call)), call.base), call),
    ),
  ),
  row("PUT", "/Users/:id", async (call) => {
    const resource = await readResource(call);
    return scim(
      200,
      userResource(await replaceScimUser(call.ctx, call.connection, { id: idOf(call), resource }), call.base),
    );
  }),
  row("PATCH", "/Users/:id", async (call) => {
    const patch = await readPatch(call);
    return scim(
      200,
      userResource(await patchScimUser(call.ctx, call.connection, { id: idOf(call), patch }), call.base),
    );
  }),
  row("DELETE", "/Users/:id", async (call) => {
    await removeScimUser(call.ctx, call.connection, idOf(call));
    return nothing;
  }),
];

const groupRows: HttpRoute[] = [
  row("GET", "/Groups", async (call) => {
    const query = { ...readQuery(call), withMembers: isWithMembers(call) };
    const listed = await readScimGroups(call.ctx, call.connection, query);
    return listAnswer(
      listed,
      listed.rows.map((group) => chosen(groupResource(group, call.base), call)),
    );
  }),
  row("POST", "/Groups", async (call) => {
    const made = await createScimGroup(call.ctx, call.connection, await readResource(call));
    const resource = groupResource(made, call.base);
    return scim(201, resource, { location: locationOf(resource) });
  }),
  row("GET", "/Groups/:id", async (call) => {
    const group = await getScimGroup(call.ctx, call.connection, {
      id: idOf(call),
      withMembers: isWithMembers(call),
    });
    return scim(200, chosen(groupResource(group, call.base), call));
  }),
  row("PUT", "/Groups/:id", async (call) => {
    const resource = await readResource(call);
    return scim(
      200,
      groupResource(
        await replaceScimGroup(call.ctx, call.connection, { id: idOf(call), resource }),
        call.base,
      ),
    );
  }),
  row("PATCH", "/Groups/:id", async (call) => {
    const patch = await readPatch(call);
    return scim(
      200,
      groupResource(await patchScimGroup(call.ctx, call.connection, { id: idOf(call), patch }), call.base),
    );
  }),
  row("DELETE", "/Groups/:id", async (call) => {
    await removeScimGroup(call.ctx, call.connection, idOf(call));
    return nothing;
  }),
];

const described = (name: string, all: readonly { id: string }[]): HttpRoute[] => [
  row("GET", `/${name}`, async () =>
    scim(200, {
      schemas: [scimSchemas.list],
      totalResults: all.length,
      startIndex: 1,
      itemsPerPage: all.length,
      Resources: all,
    }),
  ),
  row("GET", `/${name}/:id`, async (call) => {
    const found = all.find(({ id }) => id === idOf(call));
    if (!found) throw notFound(`There is nothing of this name in ${name}`);
    return scim(200, found);
  }),
];

export const scimRoutes: HttpRoute[] = [
  row("GET", "/ServiceProviderConfig", async () => scim(200, serviceProviderConfig)),
  ...described("ResourceTypes", resourceTypes),
  ...described("Schemas", schemas),
  ...userRows,
  ...groupRows,
];
