import type { DocumentSelection } from "#server/catalog/reads/stream-documents.ts";
import { invalid } from "#server/core/errors.ts";
import { readFields, readFilters } from "./catalog-request.ts";

/** What `GET /entities` asks for; `isPaged` when it names a limit, an offset or a place to go on from. */
type ListParams = { selection: DocumentSelection; fields: string[]; isPaged: boolean };

export function readListParams(params: URLSearchParams): ListParams {
  const order = params
    .getAll("order")
    .filter((value) => value !== "")
    .slice(0, 5)
    .map((value) => {
      const found = /^(asc|desc):(.{1,500})$/s.exec(value);
      if (!found?.[2])
        throw invalid(
          `Invalid order parameter "${value.slice(0, 100)}", expected "<asc or desc>:<field name>"`,
          "order",
        );
      return { order: found[1] === "desc" ? ("desc" as const) : ("asc" as const), field: found[2] };
    });
  const given = { limit: wholeNumber(params, "limit"), offset: wholeNumber(params, "offset") };
  const after = params.get("after");
  const { limit, offset } = after ? { ...given, ...readAfter(after) } : given;
  const selection = {
    filter: readFilters(params.getAll("filter")),
    order,
    limit: limit ?? null,
    offset: offset ?? 0,
  };
  const isPaged = limit !== undefined || offset !== undefined;
  return { selection, fields: readFields(params), isPaged };
}

function wholeNumber(params: URLSearchParams, name: string): number | undefined {
  const text = params.get(name);
  if (text === null || text === "") return undefined;
  if (!/^\d{1,9}$/.test(text)) throw invalid(`Invalid ${name}, has to be a whole number`, name);
  const number = Number(text);
  if (name === "limit" && number === 0) throw invalid("Invalid limit, must be greater than zero", name);
  return number;
}

/** Limit and offset of the next page, as this catalogue put them into its Link header. */
function readAfter(encoded: string): { limit?: number; offset?: number } {
  const refuse = () => invalid("Malformed after cursor, could not be parsed", "after");
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(encoded, "base64").toString("utf8"));
  } catch {
    throw refuse();
  }
  if (typeof value !== "object" || value === null) throw refuse();
  const { limit, offset } = value as Record<string, unknown>;
  const isCount = (part: unknown): part is number =>
    typeof part === "number" && Number.isInteger(part) && part >= 0 && part < 1_000_000_000;
  if (
    (limit !== undefined && limit !== null && !isCount(limit)) ||
    (offset !== undefined && !isCount(offset))
  )
    throw refuse();
  return { ...(isCount(limit) && limit > 0 ? { limit } : {}), ...(isCount(offset) ? { offset } : {}) };
}
