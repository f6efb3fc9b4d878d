import type { Granter, Refusal } from "./refusal.ts";

/** The closed list of what can go wrong in a way the caller may be told. */
export const errorCodes = [
  "invalid",
  "unauthenticated",
  "forbidden",
  "not_found",
  "conflict",
  "too_large",
  "too_many",
  "unavailable",
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** HTTP status of each code; every transport translates with this one table. */
export const httpStatus: Record<ErrorCode, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  too_many: 429,
  unavailable: 503,
};

/** Something a caller may be told. Everything else is a bug and leaves as "Something went wrong" with a request id. */
export class DomainError extends Error {
  readonly code: ErrorCode;
  readonly field: string | undefined;
  /** Of a refusal: the name of the rule, and who can lift it. */
  readonly rule: string | undefined;
  readonly grantedBy: readonly Granter[] | undefined;

  constructor(code: ErrorCode, message: string, field?: string, why?: Pick<Refusal, "rule" | "grantedBy">) {
    super(message);
    this.name = "DomainError";
    this.code = code;
    this.field = field;
    this.rule = why?.rule;
    this.grantedBy = why?.grantedBy;
  }
}

/** Refused for now; `retryAfterSeconds` says when another try is worth it. */
export class TooManyError extends DomainError {
  readonly retryAfterSeconds: number;

  constructor(message: string, retryAfterSeconds: number) {
    super("too_many", message);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export const invalid = (message: string, field?: string) => new DomainError("invalid", message, field);
export const notFound = (message: string) => new DomainError("not_found", message);
export const conflict = (message: string, field?: string) => new DomainError("conflict", message, field);

/** Throws the refusal, if there is one: the first line of every verb. */
export function ensure(refusal: Refusal | null): void {
  if (refusal) throw new DomainError("forbidden", refusal.sentence, undefined, refusal);
}

/**
 * Finds the DomainError in an error or its causes (database drivers and frameworks wrap what they rethrow).
 * By name and not by class: Next bundles its own copy of this module.
 */
export function findDomainError(error: unknown): DomainError | null {
  for (
    let current = error, depth = 0;
    current instanceof Error && depth < 5;
    current = current.cause, depth += 1
  )
    if (current.name === "DomainError") return current as DomainError;
  return null;
}
