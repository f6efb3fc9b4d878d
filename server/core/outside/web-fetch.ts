import type { OutsideAnswer, OutsideRequest } from "./exchange.ts";
import { unavailable } from "./failure.ts";

/**
 * The door in the form of the web's `fetch`. Redirects of reads are followed by `follow`, which checks each; a write that
 * is redirected is refused unless the caller looks at redirects itself.
 */
export function makeFetch(door: {
  limits: { maxBytes: number; timeoutMs: number };
  admit: (address: string) => URL;
  send: (request: OutsideRequest) => Promise<OutsideAnswer>;
  follow: (request: OutsideRequest) => Promise<OutsideAnswer>;
}): (input: string | URL | Request, init?: RequestInit) => Promise<Response> {
  return async (input, init = {}) => {
    // First, since the platform's Request repeats the whole address where it refuses one.
    const url = door.admit(input instanceof Request ? input.url : String(input));
    const wanted = new Request(input instanceof Request ? input : url, init);
    const body = wanted.body ? new Uint8Array(await wanted.arrayBuffer()) : undefined;
    const request: OutsideRequest = {
      ...door.limits,
      url: wanted.url,
      method: wanted.method,
      headers: Object.fromEntries(wanted.headers),
      ...(body ? { body } : {}),
      signal: wanted.signal,
    };
    const isFollowing = wanted.redirect === "follow" && /^(GET|HEAD)$/.test(wanted.method);
    const answer = await (isFollowing ? door.follow(request) : door.send(request));
    const isRedirect = answer.status >= 300 && answer.status < 400 && answer.headers.location !== undefined;
    if (isRedirect && wanted.redirect !== "manual")
      throw unavailable(`${url.host} redirects where no redirect is followed`);
    return toResponse(answer);
  };
}

function toResponse(answer: OutsideAnswer): Response {
  const { "content-encoding": _, "content-length": __, ...headers } = answer.headers;
  const isEmpty = [101, 204, 205, 304].includes(answer.status);
  const body = isEmpty ? null : new Uint8Array(answer.body);
  const response = new Response(body, { status: Math.max(200, answer.status), headers });
  Object.defineProperty(response, "url", { value: answer.url });
  return response;
}
