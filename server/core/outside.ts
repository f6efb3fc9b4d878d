import { makeTrust } from "./outside/authorities.ts";
import { makeDispatchers } from "./outside/dispatchers.ts";
import {
  checkProxied,
  exchange,
  type Limits,
  type OutsideAnswer,
  type OutsideRequest,
  type OutsideStream,
} from "./outside/exchange.ts";
import { unavailable } from "./outside/failure.ts";
import { bareHost, makeHostRules, type Resolve } from "./outside/host-rules.ts";
import { observeExchange } from "./outside/observe-exchange.ts";
import { makeFetch } from "./outside/web-fetch.ts";

export type { OutsideAnswer, OutsideRequest, OutsideStream };

type GetOptions = Partial<Limits> & { headers?: Record<string, string> };

/** The one door to the network. Only what is handed an Outside can use it; verbs never are. */
export type Outside = {
  /** GET within limits; follows up to five redirects, each checked like the first address. */
  get: (url: string, options?: GetOptions) => Promise<OutsideAnswer>;
  /** Sends a request of a protocol client; redirects are not followed. */
  send: (request: OutsideRequest) => Promise<OutsideAnswer>;
  /** As `send`, for large answers: the body comes in parts and throws where it breaks a limit. */
  stream: (request: OutsideRequest) => Promise<OutsideStream>;
  /** Throws the sentence that refuses the address; resolves when it may be used. */
  check: (url: string) => Promise<void>;
  /** The same door in the form of the web's `fetch`, for protocol libraries; at most 5 MB within 15 s. */
  fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /** A door of its own for one connection: what an admin approved for it and nothing else, through the same proxy unless it has one. */
  open: (connection: ConnectionDoor) => Outside;
  /** Ends what is kept open. Idle connections end by themselves after a few seconds. */
  close: () => Promise<void>;
};

export type ConnectionDoor = Pick<OutsideSettings, "hosts" | "privateRanges" | "ca" | "proxyUrl">;

export type OutsideSettings = {
  /**
   * Names that may be asked, or "any". One may carry a port (`git.example.com:8443`); one that is written as localhost, a
   * loopback or a private address is then allowed by that very entry, over http too.
   */
  hosts: readonly string[] | "any";
  /** Private addresses that are approved for this connection, as CIDR ranges. */
  privateRanges?: readonly string[] | undefined;
  /** Certificates in PEM that are trusted besides those of the machine. */
  ca?: string | undefined;
  proxyUrl?: string | undefined;
  noProxy?: readonly string[] | undefined;
  resolve?: Resolve | undefined;
  /** What to do about a host that is not listed. */
  unlistedHint?: string | undefined;
};

const usual = { maxBytes: 5_000_000, timeoutMs: 15_000 };
const mostRedirects = 5;

/** Opens the door. Throws a DomainError for ranges (`privateRanges`) or certificates (`ca`) that cannot be used. */
export function makeOutside(settings: OutsideSettings): Outside {
  const rules = makeHostRules({
    hosts: settings.hosts,
    privateRanges: settings.privateRanges ?? [],
    resolve: settings.resolve,
    unlistedHint: settings.unlistedHint ?? "add it to MILEPOST_ALLOWED_HOSTS and start again",
  });
  const dispatchers = makeDispatchers({
    rules,
    trust: makeTrust(settings.ca),
    proxyUrl: settings.proxyUrl,
    noProxy: settings.noProxy ?? [],
  });

  async function check(address: string): Promise<void> {
    const url = rules.admit(address);
    if (dispatchers.isProxied(url)) await checkProxied(rules, url);
    else if (!isLiteral(url)) await rules.addressesOf(bareHost(url.hostname));
  }

  const stream: Outside["stream"] = (request) =>
    observeExchange(request, () => exchange(rules, dispatchers, request));

  async function send(request: OutsideRequest): Promise<OutsideAnswer> {
    const { body, ...head } = await stream(request);
    const parts: Buffer[] = [];
    for await (const part of body) parts.push(part);
    return { ...head, body: Buffer.concat(parts) };
  }

  const get: Outside["get"] = (url, options = {}) =>
    follow(send, { ...usual, method: "GET", ...options, url, headers: options.headers ?? {} });

  return {
    get,
    send,
    stream,
    check,
    fetch: makeFetch({ limits: usual, admit: rules.admit, send, follow: (request) => follow(send, request) }),
    open: ({ hosts, privateRanges, ca, proxyUrl }) =>
      makeOutside({
        ...settings,
        hosts,
        privateRanges,
        ca,
        proxyUrl: proxyUrl ?? settings.proxyUrl,
        unlistedHint: "it does not belong to this connection",
      }),
    close: dispatchers.close,
  };
}

/** Follows redirects of reads; what was meant for one host (credentials, above all) is not repeated to another. */
async function follow(send: Outside["send"], first: OutsideRequest): Promise<OutsideAnswer> {
  const endsAt = performance.now() + first.timeoutMs;
  let request = first;
  for (let hop = 0; hop <= mostRedirects; hop += 1) {
    const answer = await send(request);
    const isRedirect = [301, 302, 303, 307, 308].includes(answer.status);
    const next = isRedirect ? URL.parse(answer.headers.location ?? "", request.url) : null;
    if (!next || !answer.headers.location) return answer;
    const isSameOrigin = next.origin === new URL(request.url).origin;
    const timeoutMs = Math.max(1, Math.round(endsAt - performance.now()));
    const headers = isSameOrigin ? request.headers : withoutCredentials(request.headers);
    request = { ...request, url: next.toString(), headers, timeoutMs };
  }
  throw unavailable(`${URL.parse(first.url)?.host} redirects more than five times`);
}

const isLiteral = (url: URL) => /^[\d.]+$|^\[/.test(url.hostname);

function withoutCredentials(headers: Record<string, string>): Record<string, string> {
  const harmless =
    /^(accept|accept-language|accept-encoding|user-agent|range|if-none-match|if-modified-since)$/i;
  return Object.fromEntries(Object.entries(headers).filter(([name]) => harmless.test(name)));
}
