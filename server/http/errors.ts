import type { DomainError, ErrorCode } from "#server/core/errors.ts";
import type { HttpAnswer, HttpRequest } from "./route.ts";

const bug = "Something went wrong";
type About = Pick<HttpRequest, "method" | "url" | "requestId">;

const answer = (status: number, value: unknown): HttpAnswer => ({
  status,
  headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" },
  body: JSON.stringify(value),
});

/** Our own shape: `{ error: { code, message, field?, requestId } }`. */
export function milepostError(error: DomainError | null, status: number, request: About): HttpAnswer {
  const { requestId } = request;
  if (!error) return answer(status, { error: { code: "internal", message: bug, requestId } });
  const field = error.field ? { field: error.field } : {};
  return answer(status, { error: { code: error.code, message: error.message, ...field, requestId } });
}

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
  return answer(status, {
    error: { name, message: error?.message ?? bug, code, requestId: request.requestId },
    request: { method: request.method, url: request.url.pathname + request.url.search },
    response: { statusCode: status },
  });
}
