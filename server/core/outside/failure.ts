import { DomainError, findDomainError } from "../errors.ts";

const unknownAuthority = (host: string) =>
  `The certificate of ${host} is signed by an authority that this machine does not know: add that authority's certificate to the connection, or set NODE_EXTRA_CA_CERTS`;

const sentences: Readonly<Record<string, (host: string) => string>> = {
  ECONNREFUSED: (host) => `${host} refuses connections`,
  CERT_HAS_EXPIRED: (host) => `The certificate of ${host} has expired`,
  CERT_NOT_YET_VALID: (host) => `The certificate of ${host} is not valid yet: check this machine's clock`,
  ERR_TLS_CERT_ALTNAME_INVALID: (host) => `The certificate of ${host} belongs to another name`,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
  SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority,
  DEPTH_ZERO_SELF_SIGNED_CERT: unknownAuthority,
  UND_ERR_HEADERS_OVERFLOW: (host) => `${host} sends more headers than are read`,
  HPE_HEADER_OVERFLOW: (host) => `${host} sends more headers than are read`,
};

const late = new Set(["UND_ERR_CONNECT_TIMEOUT", "UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"]);

export const unavailable = (message: string) => new DomainError("unavailable", message);

/**
 * What to tell about a failed request: names the host and nothing else of the address, headers or answer. The caller's
 * own abort goes on as it is.
 */
export function tellFailure(
  error: unknown,
  about: { host: string; timeoutMs: number; deadline: AbortSignal; signal: AbortSignal | undefined },
): unknown {
  const told = findDomainError(error);
  if (told) return told;
  if (about.signal?.aborted) return about.signal.reason;
  const code = codeOf(error);
  if (about.deadline.aborted || late.has(code))
    return unavailable(`${about.host} did not answer within ${about.timeoutMs / 1000} s`);
  return unavailable(sentences[code]?.(about.host) ?? `${about.host} could not be reached`);
}

function codeOf(error: unknown): string {
  for (let current = error, depth = 0; current instanceof Error && depth < 5; depth += 1) {
    const { code, errors } = current as Error & { code?: unknown; errors?: unknown[] };
    if (typeof code === "string") return code;
    // Several addresses were tried: the first failure stands for all.
    current = Array.isArray(errors) ? errors[0] : current.cause;
  }
  return "";
}
