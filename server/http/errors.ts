import type { DomainError, ErrorCode, TooManyError } from "#server/core/errors.ts";
import type { HttpAnswer, HttpRequest } from "./route.ts";

const bug = "Something went wrong";
type About = Pick<HttpRequest, "method" | "url" | "requestId">;

const answer = (status: number, value: unknown, error: DomainError | null): HttpAnswer => ({
  status,
  headers: {
    "content-type": "application/json; charset=utf-8",
    "cache-control": "no-store",
    ...retryAfter(error),
  },
  body: JSON.stringify(value),
});

/** By field and not by class, as in `findDomainError`. */
function retryAfter(error: DomainError | null): { "retry-after"?: string } {
  const seconds = (error as Partial<TooManyError> | null)?.retryAfterSeconds;
  return seconds === undefined ? {} : { "retry-after": String(seconds) };
}

/** Our own shape: `{ error: { code, message, field?, requestId } }`. */
export function milepostError(error: DomainError | null, status: number, request: About): HttpAnswer {
  const { requestId } = request;
  if (!error) return answer(status, { error: { code: "internal", message: bug, requestId } }, null);
  const field = error.field ? { field: error.field } : {};
  const value = { code: error.code, message: error.message, ...field, ...why(error), requestId };
  return answer(status, { error: value }, error);
}

/** The rule behind a refusal, and who can lift it. */
const why = ({ rule, grantedBy }: DomainError) => (rule && grantedBy ? { rule, grantedBy } : {});

/** Names that Backstage's clients know, from the error classes of `@backstage/errors`. */
const backstageNames: Record<ErrorCode, string> = {
  invalid: "InputError",
  unauthenticated: "AuthenticationError",
  forbidden: "NotAllowedError",
  not_found: "NotFoundError",
  conflict: "ConflictError",
  too_large: "InputError",
  too_many: "TooManyRequestsError",
  unavailable: "ServiceUnavailableError",
};

/** The shape that `@backstage/catalog-client` reads. */
export function backstageError(error: DomainError | null, status: number, request: About): HttpAnswer {
  const name = error ? backstageNames[error.code] : "Error";
  const code = error ? error.code : "internal";
  const value = {
    error: {
      ...{ name, message: error?.message ?? bug, code },
      ...(error ? why(error) : {}),
      requestId: request.requestId,
    },
    request: { method: request.method, url: request.url.pathname + request.url.search },
    response: { statusCode: status },
  };
  return answer(status, value, error);
}

/** The shape of RFC 7644, section 3.12; the field of a DomainError is its `scimType`. */
export function scimError(error: DomainError | null, status: number, request: About): HttpAnswer {
  const value = {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
    status: String(status),
    ...(error?.field ? { scimType: error.field } : {}),
    detail: error ? error.message : `${bug}; the id of this request is ${request.requestId}`,
  };
  const written = answer(status, value, error);
  return {
    ...written,
    headers: { ...written.headers, "content-type": "application/scim+json; charset=utf-8" },
  };
}
