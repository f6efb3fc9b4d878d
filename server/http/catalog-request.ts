import { z } from "zod";
import {
  type Predicate,
  PredicateError,
  parseFilters,
  parseQuery,
} from "#server/catalog/entity-predicate.ts";
import type { DocumentPage, DocumentQuery } from "#server/catalog/reads/query-documents.ts";
import { invalid } from "#server/core/errors.ts";

/** What Backstage's `by-query` asks for, by GET or POST. */
export type QueryRequest = { query: DocumentQuery; fields: string[]; cursor: Cursor };

/** Backstage's own default; the most that one answer holds, beyond which its cursor goes on. */
const defaultLimit = 200;
const maxLimit = 5000;

const number = (name: string) =>
  z.coerce
    .number({ error: `${name} has to be a number` })
    .int()
    .min(0);
const text = z.string().max(10_000);
const texts = z.array(text).max(200);
const OrderField = z.object({ field: text.min(1), order: z.enum(["asc", "desc"]) });

/**
 * What a cursor carries, since a page is asked for by its cursor alone. Filters are kept as they were sent; a cursor of
 * a POST has the key `query`, by which Backstage's client tells how to ask for the next page.
 */
const Cursor = z.object({
  filters: texts,
  query: z.unknown().optional(),
  fullText: z.object({ term: text, fields: texts }).nullable(),
  orderFields: z.array(OrderField).max(10),
  orderFieldValues: z.array(z.string().nullable()).max(2).nullable(),
  isPrevious: z.boolean(),
  totalItems: z.number().nullable(),
});
type Cursor = z.infer<typeof Cursor>;

const Body = z.object({
  query: z.unknown().optional(),
  cursor: z.string().max(100_000).optional(),
  limit: number("limit").optional(),
  offset: number("offset").optional(),
  fields: texts.optional(),
  orderBy: z.array(OrderField).max(10).optional(),
  fullTextFilter: z.object({ term: text.optional(), fields: texts.optional() }).optional(),
  totalItems: z.enum(["include", "exclude"]).optional(),
});

const many = (params: URLSearchParams, name: string) => params.getAll(name).filter((value) => value !== "");
const commaSeparated = (params: URLSearchParams, name: string) =>
  many(params, name).flatMap((value) =>
    value
      .split(",")
      .map((part) => part.trim())
      .filter(Boolean),
  );

/** Throws a DomainError that names the parameter. */
export function parsed<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw invalid(
    `${issue?.path.join(".") || "The request"}: ${issue?.message}`,
    issue?.path.map(String).join("."),
  );
}

const refusing = <T>(read: () => T): T => {
  try {
    return read();
  } catch (error) {
    throw error instanceof PredicateError ? invalid(error.message, "filter") : error;
  }
};

export const readFilters = (filters: readonly string[]): Predicate | null =>
  refusing(() => parseFilters(filters));
export const readQuery = (query: unknown): Predicate | null =>
  query === undefined ? null : refusing(() => parseQuery(query));

function readOrder(value: string): { field: string; order: "asc" | "desc" } {
  const [field, order = "asc"] = value.split(",").map((part) => part.trim());
  if (!field || (order !== "asc" && order !== "desc"))
    throw invalid(
      `orderField "${value.slice(0, 100)}" has to be a field, a comma, and asc or desc`,
      "orderField",
    );
  return { field, order };
}

export function readFields(params: URLSearchParams): string[] {
  const fields = commaSeparated(params, "fields");
  if (fields.some((field) => field.includes("[")))
    throw invalid("fields: single items of lists cannot be asked for", "fields");
  return fields;
}

export function readQueryParams(params: URLSearchParams): QueryRequest {
  const limit = params.has("limit") ? parsed(number("limit"), params.get("limit")) : undefined;
  const fields = readFields(params);
  const encoded = params.get("cursor");
  if (encoded) return build(decodeCursor(encoded), { limit, offset: 0, fields });
  const term = params.get("fullTextFilterTerm")?.trim() ?? "";
  const orderFields = many(params, "orderField").map(readOrder);
  const cursor: Cursor = {
    filters: many(params, "filter"),
    fullText: fullText(term, commaSeparated(params, "fullTextFilterFields"), orderFields),
    orderFields,
    orderFieldValues: null,
    isPrevious: false,
    totalItems: params.get("totalItems") === "exclude" ? 0 : null,
  };
  const offset = params.has("offset") ? parsed(number("offset"), params.get("offset")) : 0;
  return build(cursor, { limit, offset, fields });
}

export function readQueryBody(value: unknown): QueryRequest {
  const body = parsed(Body, value);
  const options = { limit: body.limit, offset: body.offset ?? 0, fields: body.fields ?? [] };
  if (body.cursor !== undefined) return build(decodeCursor(body.cursor), { ...options, offset: 0 });
  const orderFields = body.orderBy ?? [];
  const { term = "", fields = [] } = body.fullTextFilter ?? {};
  const cursor: Cursor = {
    filters: [],
    query: body.query ?? {},
    fullText: fullText(term.trim(), fields, orderFields),
    orderFields,
    orderFieldValues: null,
    isPrevious: false,
    totalItems: body.totalItems === "exclude" ? 0 : null,
  };
  return build(cursor, options);
}

/** Without fields, Backstage looks into the field by which it sorts. */
function fullText(term: string, fields: string[], order: { field: string }[]): Cursor["fullText"] {
  if (term === "") return null;
  return { term, fields: fields.length > 0 ? fields : [order[0]?.field ?? "metadata.uid"] };
}

function decodeCursor(encoded: string): Cursor {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(encoded, "base64").toString("utf8"));
  } catch {
    throw invalid("Malformed cursor: it is not one that this catalog gave", "cursor");
  }
  const cursor = Cursor.safeParse(value);
  const wanted = cursor.data?.orderFields.length ? 2 : 1;
  const edge = cursor.data?.orderFieldValues;
  if (!cursor.success || edge?.length !== wanted || !/^\d{1,18}$/.test(edge.at(-1) ?? ""))
    throw invalid("Malformed cursor: it is not one that this catalog gave", "cursor");
  return cursor.data;
}

const encodeCursor = (cursor: Cursor): string => Buffer.from(JSON.stringify(cursor)).toString("base64");

function build(
  cursor: Cursor,
  options: { limit: number | undefined; offset: number; fields: string[] },
): QueryRequest {
  const filters = readFilters(cursor.filters);
  const query = readQuery(cursor.query);
  const { orderFieldValues: values, isPrevious } = cursor;
  return {
    query: {
      filter: filters && query ? { all: [filters, query] } : (filters ?? query),
      fullText: cursor.fullText,
      orderFields: cursor.orderFields,
      limit: Math.min(options.limit ?? defaultLimit, maxLimit),
      offset: options.offset,
      from: values ? { values, isPrevious } : null,
      isTotalWanted: cursor.totalItems === null,
    },
    fields: options.fields,
    cursor,
  };
}

/** The links to the pages around this one. */
export function pageInfo(
  request: QueryRequest,
  page: DocumentPage,
): { nextCursor?: string; prevCursor?: string } {
  const totalItems = page.total ?? request.cursor.totalItems;
  const at = (values: (string | null)[], isPrevious: boolean) =>
    encodeCursor({ ...request.cursor, totalItems, orderFieldValues: values, isPrevious });
  return {
    ...(page.hasNext && page.last ? { nextCursor: at(page.last, false) } : {}),
    ...(page.hasPrevious && page.first ? { prevCursor: at(page.first, true) } : {}),
  };
}
