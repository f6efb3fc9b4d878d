import { z } from "zod";
import type { Predicate } from "#server/catalog/entity-predicate.ts";
import { formatRef } from "#server/catalog/entity-ref.ts";
import { readDocumentFacet } from "#server/catalog/reads/document-facets.ts";
import { findDocument, queryDocuments } from "#server/catalog/reads/query-documents.ts";
import type { Ctx } from "#server/core/context.ts";
import { invalid, notFound } from "#server/core/errors.ts";
import { limitSubject, takeFromRule } from "#server/core/rate-limit.ts";
import { entitiesCsv } from "./catalog-csv.ts";
import { pickFields } from "./catalog-fields.ts";
import {
  pageInfo,
  type QueryRequest,
  readFilters,
  readQuery,
  readQueryBody,
  readQueryParams,
} from "./catalog-request.ts";
import { type HttpAnswer, type HttpRequest, type HttpRoute, json } from "./route.ts";

const jsonText = (body: string): HttpAnswer => ({
  status: 200,
  headers: { "content-type": "application/json; charset=utf-8" },
  body,
});

/** Pages above this size are counted: ten of Backstage's own are still one of these. */
const largePage = 1000;

/** The documents are sent as they are stored; only a choice of fields needs to parse them. */
async function byQuery(ctx: Ctx, request: QueryRequest): Promise<HttpAnswer> {
  if (request.query.limit > largePage)
    await takeFromRule(ctx.db, "expensiveRead", limitSubject(ctx.actor, null));
  const page = await queryDocuments(ctx, request.query);
  const { fields } = request;
  const items =
    fields.length > 0
      ? page.items.map((item) =>
          JSON.stringify(pickFields(JSON.parse(item) as Record<string, unknown>, fields)),
        )
      : page.items;
  const total = page.total ?? request.cursor.totalItems ?? 0;
  const info = JSON.stringify(pageInfo(request, page));
  return jsonText(`{"items":[${items.join(",")}],"totalItems":${total},"pageInfo":${info}}`);
}

async function byName(ctx: Ctx, { params }: HttpRequest): Promise<HttpAnswer> {
  const { kind = "", namespace = "", name = "" } = params;
  const document = await findDocument(ctx, formatRef({ kind, namespace, name }));
  if (document === null)
    throw notFound(`No entity named '${name}' found, with kind '${kind}' in namespace '${namespace}'`);
  return jsonText(document);
}

const maxFacets = 20;

async function facets(ctx: Ctx, names: readonly string[], filter: Predicate | null): Promise<HttpAnswer> {
  const wanted = [...new Set(names.filter((name) => name !== ""))];
  if (wanted.length === 0) throw invalid("Missing or empty facets parameter", "facet");
  if (wanted.length > maxFacets) throw invalid(`At most ${maxFacets} facets at once`, "facet");
  const counted: [string, unknown][] = [];
  for (const name of wanted) counted.push([name, await readDocumentFacet(ctx, name, filter)]);
  return json(200, { facets: Object.fromEntries(counted) });
}

const FacetsBody = z.object({
  facets: z.array(z.string().max(500)).max(maxFacets),
  query: z.unknown().optional(),
});

/** The reads of Backstage's catalogue API, and the list as CSV. */
export const catalogRoutes: readonly HttpRoute[] = [
  {
    method: "GET",
    path: "/api/catalog/entities/by-query",
    access: "signed in",
    errorStyle: "backstage",
    handle: (ctx, request) => byQuery(ctx, readQueryParams(request.url.searchParams)),
  },
  {
    method: "POST",
    path: "/api/catalog/entities/by-query",
    access: "signed in",
    isRead: true,
    errorStyle: "backstage",
    handle: async (ctx, request) => byQuery(ctx, readQueryBody(await request.readJson())),
  },
  {
    method: "GET",
    path: "/api/catalog/entities/by-name/:kind/:namespace/:name",
    access: "signed in",
    errorStyle: "backstage",
    handle: byName,
  },
  {
    method: "GET",
    path: "/api/catalog/entity-facets",
    access: "signed in",
    errorStyle: "backstage",
    handle: (ctx, { url }) =>
      facets(ctx, url.searchParams.getAll("facet"), readFilters(url.searchParams.getAll("filter"))),
  },
  {
    method: "POST",
    path: "/api/catalog/entity-facets",
    access: "signed in",
    isRead: true,
    errorStyle: "backstage",
    handle: async (ctx, request) => {
      const body = FacetsBody.safeParse(await request.readJson());
      if (!body.success) throw invalid("Missing or empty facets parameter", "facets");
      return facets(ctx, body.data.facets, readQuery(body.data.query));
    },
  },
  {
    method: "GET",
    path: "/api/v1/catalog/entities.csv",
    access: "signed in",
    limit: "export",
    handle: entitiesCsv,
  },
];
