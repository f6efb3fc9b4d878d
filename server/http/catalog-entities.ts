import { hash } from "node:crypto";
import { z } from "zod";
import type { Predicate } from "#server/catalog/entity-predicate.ts";
import { formatRef, parseRef } from "#server/catalog/entity-ref.ts";
import { readAncestry } from "#server/catalog/reads/ancestry.ts";
import { type AnswerText, cachedAnswer } from "#server/catalog/reads/cached-answer.ts";
import { readDocumentFacet } from "#server/catalog/reads/document-facets.ts";
import { findDocument, findDocumentByUid, findDocuments } from "#server/catalog/reads/find-documents.ts";
import { queryDocuments } from "#server/catalog/reads/query-documents.ts";
import { documentsOf, selectDocuments } from "#server/catalog/reads/stream-documents.ts";
import { removeEntity } from "#server/catalog/remove-entity.ts";
import type { Ctx } from "#server/core/context.ts";
import { invalid, notFound } from "#server/core/errors.ts";
import { limitSubject, takeFromRule } from "#server/core/rate-limit.ts";
import { pickFields } from "./catalog-fields.ts";
import { readListParams } from "./catalog-list-params.ts";
import {
  pageInfo,
  parsed,
  type QueryRequest,
  readFields,
  readFilters,
  readQuery,
} from "./catalog-request.ts";
import { type HttpAnswer, type HttpRequest, json } from "./route.ts";

const contentType = { "content-type": "application/json; charset=utf-8" };

const etagOf = (body: string) => `W/"${hash("sha1", body, "base64url")}"`;

const etags = new WeakMap<AnswerText, string>();

function keptEtag(given: AnswerText): string {
  const etag = etags.get(given) ?? etagOf(given.text);
  etags.set(given, etag);
  return etag;
}

/**
 * A document, with a validator as Backstage's framework gives it (weak, of the content): who shows it again and nothing
 * has changed gets 304.
 */
export function jsonText({ method, headers }: HttpRequest, given: string | AnswerText): HttpAnswer {
  const body = typeof given === "string" ? given : given.text;
  const etag = typeof given === "string" ? etagOf(given) : keptEtag(given);
  const isKnown =
    method !== "POST" &&
    (headers.get("if-none-match") ?? "").split(",").some((given) => given.trim() === etag);
  if (isKnown) return { status: 304, headers: { etag }, body: null };
  return { status: 200, headers: { ...contentType, etag }, body };
}

/** Pages above this size are counted: ten of Backstage's own are still one of these. */
const largePage = 1000;

const countLarge = (ctx: Ctx) => takeFromRule(ctx.db, "expensiveRead", limitSubject(ctx.actor, null));

const picked = (text: string, fields: readonly string[]): string =>
  fields.length > 0 ? JSON.stringify(pickFields(JSON.parse(text) as Record<string, unknown>, fields)) : text;

/** The documents are sent as they are stored; only a choice of fields needs to parse them. */
export async function byQuery(
  ctx: Ctx,
  request: HttpRequest,
  { query, fields, cursor }: QueryRequest,
): Promise<HttpAnswer> {
  if (query.limit > largePage) await countLarge(ctx);
  const answer = await cachedAnswer(ctx, ["page", query, fields, cursor], async () => {
    const page = await queryDocuments(ctx, query);
    const items = page.items.map((item) => picked(item, fields));
    const total = page.total ?? cursor.totalItems ?? 0;
    const info = JSON.stringify(pageInfo({ query, fields, cursor }, page));
    return {
      text: `{"items":[${items.join(",")}],"totalItems":${total},"pageInfo":${info}}`,
      mayKeep: !page.hasContents,
    };
  });
  return jsonText(request, answer);
}

/** The whole list as it was before there were cursors: an array, in parts where no limit is given. */
export async function listEntities(ctx: Ctx, request: HttpRequest): Promise<HttpAnswer> {
  const { selection, fields, isPaged } = readListParams(request.url.searchParams);
  if (selection.limit === null || selection.limit > largePage) await countLarge(ctx);
  const { ids, hasNext } = await selectDocuments(ctx, selection);
  const batches = documentsOf(ctx, ids);
  const link: Record<string, string> = hasNext ? { link: nextLink(request.url, selection) } : {};
  if (!isPaged || ids.length > largePage)
    return { status: 200, headers: { ...contentType, ...link }, body: listText(batches, fields) };
  const texts: string[] = [];
  for await (const batch of batches) texts.push(...batch.map((text) => picked(text, fields)));
  const answer = jsonText(request, `[${texts.join(",")}]`);
  return { ...answer, headers: { ...answer.headers, ...link } };
}

async function* listText(batches: AsyncIterable<string[]>, fields: string[]): AsyncGenerator<string> {
  let mark = "[";
  for await (const batch of batches) {
    if (batch.length === 0) continue;
    yield mark + batch.map((text) => picked(text, fields)).join(",");
    mark = ",";
  }
  yield mark === "[" ? "[]" : "]";
}

/** Like Backstage's, the address begins after `/api/catalog`. */
function nextLink(url: URL, { limit, offset }: { limit: number | null; offset: number }): string {
  const params = new URLSearchParams(url.searchParams);
  params.delete("offset");
  const after = JSON.stringify({ limit, offset: offset + (limit ?? 0) });
  params.set("after", Buffer.from(after).toString("base64"));
  return `</entities?${params}>; rel="next"`;
}

export async function byName(ctx: Ctx, request: HttpRequest): Promise<HttpAnswer> {
  const { kind = "", namespace = "", name = "" } = request.params;
  const document = await findDocument(ctx, formatRef({ kind, namespace, name }));
  if (document === null)
    throw notFound(`No entity named '${name}' found, with kind '${kind}' in namespace '${namespace}'`);
  return jsonText(request, document);
}

export async function byUid(ctx: Ctx, request: HttpRequest): Promise<HttpAnswer> {
  const { uid = "" } = request.params;
  const document = await findDocumentByUid(ctx, uid);
  if (document === null) throw notFound(`No entity with uid ${uid}`);
  return jsonText(request, document);
}

export async function deleteByUid(ctx: Ctx, { params }: HttpRequest): Promise<HttpAnswer> {
  const uid = z.uuid().safeParse(params.uid);
  if (!uid.success) throw notFound(`No entity with uid ${params.uid}`);
  await removeEntity(ctx, { uid: uid.data });
  return { status: 204, body: null };
}

export async function ancestry(ctx: Ctx, { params }: HttpRequest): Promise<HttpAnswer> {
  const { kind = "", namespace = "", name = "" } = params;
  const ref = formatRef({ kind, namespace, name });
  const found = await readAncestry(ctx, ref);
  if (!found) throw notFound(`No such entity ${ref}`);
  return json(200, found);
}

const RefsBody = z.object({
  entityRefs: z.array(z.string().max(1000)).max(10_000),
  fields: z.array(z.string().max(1000)).max(200).optional(),
  query: z.unknown().optional(),
});

export async function byRefs(ctx: Ctx, request: HttpRequest): Promise<HttpAnswer> {
  const body = parsed(RefsBody, await request.readJson());
  const filters = readFilters(request.url.searchParams.getAll("filter"));
  const query = readQuery(body.query);
  if (body.entityRefs.length > largePage) await countLarge(ctx);
  const refs = body.entityRefs.map(fullRef);
  const filter = filters && query ? { all: [filters, query] } : (filters ?? query);
  const fields = body.fields ?? readFields(request.url.searchParams);
  const found = await findDocuments(ctx, refs, filter);
  const items = found.map((text) => (text === null ? "null" : picked(text, fields)));
  return { status: 200, headers: contentType, body: `{"items":[${items.join(",")}]}` };
}

/** What is no full reference finds nothing, as in Backstage. */
function fullRef(text: string): string {
  try {
    return formatRef(parseRef(text));
  } catch {
    return text;
  }
}

const maxFacets = 20;

export async function facets(
  ctx: Ctx,
  request: HttpRequest,
  names: readonly string[],
  filter: Predicate | null,
): Promise<HttpAnswer> {
  const wanted = [...new Set(names.filter((name) => name !== ""))];
  if (wanted.length === 0) throw invalid("Missing or empty facets parameter", "facet");
  if (wanted.length > maxFacets) throw invalid(`At most ${maxFacets} facets at once`, "facet");
  const counted: string[] = [];
  for (const name of wanted)
    counted.push(`${JSON.stringify(name)}:${await readDocumentFacet(ctx, name, filter)}`);
  return jsonText(request, `{"facets":{${counted.join(",")}}}`);
}

const FacetsBody = z.object({
  facets: z.array(z.string().max(500)).max(maxFacets),
  query: z.unknown().optional(),
});

export async function facetsByBody(ctx: Ctx, request: HttpRequest): Promise<HttpAnswer> {
  const body = FacetsBody.safeParse(await request.readJson());
  if (!body.success) throw invalid("Missing or empty facets parameter", "facets");
  return facets(ctx, request, body.data.facets, readQuery(body.data.query));
}
