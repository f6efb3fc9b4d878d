import { type ApiFormat, type ApiModel, emptyOverview, formatWords, type Problem } from "../model.ts";
import { clean } from "./reading.ts";

/** Raised when the same text would now be read differently: stored versions are then read again. */
export const readerVersion = 1;

/** `spec.type` of an entry as the format that it is read as; what is not known is shown as text. */
export function formatOf(type: string | null): ApiFormat {
  const word = (type ?? "").toLowerCase();
  if (word === "openapi" || word === "swagger") return "openapi";
  if (word === "asyncapi" || word === "graphql" || word === "grpc") return word;
  return "text";
}

export function failed(format: ApiFormat, failure: Problem): ApiModel {
  const overview = { ...emptyOverview, format, formatName: formatWords[format], failure };
  return { overview, operations: {}, schemas: {} };
}

export const unreadable = (type: string | null, error: unknown): ApiModel =>
  failed(formatOf(type), {
    message: `It could not be read: ${clean(error instanceof Error ? error.message : String(error)).slice(0, 300)}`,
    line: null,
    column: null,
    path: null,
  });
