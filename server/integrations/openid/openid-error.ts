/** What went wrong between us and a provider, in the words of who sees it. */
export type OpenidProblem =
  | "unreachable"
  | "answer"
  | "settings"
  | "refused"
  | "cancelled"
  | "token"
  | "clock"
  | "not-fresh";

/** `message` says what and where, names no secret and quotes no more of an answer than its error word. */
export class OpenidError extends Error {
  override name = "OpenidError";
  readonly problem: OpenidProblem;

  constructor(problem: OpenidProblem, message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.problem = problem;
  }
}

/** Codes of openid-client 6 for an ID token that is well formed but not ours, or not the provider's. */
const claimWords: Record<string, string> = {
  aud: "was issued to another client (audience)",
  iss: "was issued by another provider (issuer)",
  nonce: "belongs to another sign-in (nonce)",
  azp: "was issued to another client (authorized party)",
  exp: "has expired",
  nbf: "is not valid yet",
  auth_time: "comes from a sign-in that is too old",
};

type Caught = {
  name?: string;
  message?: string;
  code?: string;
  error?: string;
  status?: number;
  cause?: unknown;
};

/** Brings what openid-client and the door throw to one form. Their messages may quote whole answers, so none is passed on. */
export function toOpenidError(error: unknown, host: string): OpenidError {
  if (error instanceof OpenidError) return error;
  for (
    let current = error as Caught, depth = 0;
    current && depth < 5;
    current = current.cause as Caught, depth += 1
  ) {
    const found = translate(current, host);
    if (found) return new OpenidError(found[0], found[1], error);
  }
  return new OpenidError("answer", `${host} answered something that cannot be used`, error);
}

function translate(error: Caught, host: string): [OpenidProblem, string] | null {
  if (error.name === "DomainError") return ["unreachable", error.message ?? `${host} could not be reached`];
  if (error.name === "TimeoutError") return ["unreachable", `${host} did not answer in time`];
  if (error.name === "AuthorizationResponseError")
    return error.error === "access_denied"
      ? ["cancelled", `${host} answered access_denied`]
      : ["refused", `${host} answered ${word(error.error)}`];
  if (error.name === "ResponseBodyError") {
    const isOurs = ["invalid_client", "unauthorized_client", "invalid_request"].includes(error.error ?? "");
    if (error.error === "invalid_grant")
      return ["token", `${host} does not take the code: it answered invalid_grant`];
    return [isOurs ? "settings" : "refused", `${host} answered ${word(error.error)} at its token endpoint`];
  }
  if (error.name === "WWWAuthenticateChallengeError")
    return ["settings", `${host} answered ${error.status}: it does not take the client ID and secret`];
  return translateCode(error, host);
}

function translateCode(error: Caught, host: string): [OpenidProblem, string] | null {
  const claim = (error.cause as { claim?: string; attribute?: string } | undefined) ?? {};
  switch (error.code ?? "") {
    case "OAUTH_TIMEOUT":
      return ["unreachable", `${host} did not answer in time`];
    case "OAUTH_JWT_TIMESTAMP_CHECK_FAILED":
      return claim.claim === "auth_time"
        ? ["not-fresh", `The proof of ${host} ${claimWords.auth_time}`]
        : [
            "clock",
            `The proof of ${host} ${claimWords[claim.claim ?? ""] ?? "is out of its time"}: check both clocks`,
          ];
    case "OAUTH_JWT_CLAIM_COMPARISON_FAILED":
      return [
        "token",
        `The proof of ${host} ${claimWords[claim.claim ?? ""] ?? "holds a claim that is not as expected"}`,
      ];
    case "OAUTH_KEY_SELECTION_FAILED":
      return ["token", `The proof of ${host} is signed with a key that ${host} does not publish`];
    case "OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED":
      return ["answer", `${host} says that its issuer is another one than the address that was entered`];
    case "OAUTH_RESPONSE_IS_NOT_JSON":
      return ["answer", `${host} answered something that is no JSON, such as a page`];
    case "OAUTH_RESPONSE_IS_NOT_CONFORM":
      return ["answer", `${host} answered with an unexpected status`];
    case "OAUTH_UNSUPPORTED_OPERATION":
      return ["token", `The proof of ${host} is signed in a way that is not accepted`];
    case "OAUTH_INVALID_RESPONSE":
    case "OAUTH_PARSE_ERROR":
      return ["token", `What ${host} answered is no valid proof (${plain(error.message)})`];
    case "OAUTH_MISSING_SERVER_METADATA":
    case "OAUTH_INVALID_SERVER_METADATA":
      return ["answer", `${host} does not say where one of its endpoints is`];
    default:
      return null;
  }
}

/** An OAuth error code is one word of RFC 6749's grammar; whatever else stands there is not repeated. */
const word = (code: string | undefined): string =>
  /^[\w.-]{1,60}$/.test(code ?? "") ? String(code) : "an error";

const plain = (message: string | undefined): string =>
  (message ?? "").replace(/[^\w "().,:-]/g, "").slice(0, 120);
