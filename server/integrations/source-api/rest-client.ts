import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { type DomainError, findDomainError, invalid } from "#server/core/errors.ts";
import { unavailable } from "#server/core/outside/failure.ts";
import type { Outside, OutsideAnswer } from "#server/core/outside.ts";
import { readJson } from "./read-json.ts";

/** What is kept of an answer, so that the same question can be asked as "has it changed?". */
export type KeptAnswer = { etag: string; next: string | null; body: Buffer };
export type AnswerStore = {
  read: (key: string) => Promise<KeptAnswer | null>;
  write: (key: string, answer: KeptAnswer) => Promise<void>;
};

/** What the host has said about its limit. */
export type Limit = { limit: number; remaining: number; resetAt: Date };
export type Pace = {
  /** Throws a TooManyError while nothing may be asked. */
  before: () => void;
  note: (limit: Limit) => void;
  /** Nothing is asked until then; throws the TooManyError that says so. */
  pause: (until: Date) => Promise<never>;
};

/** How one kind of host says things. */
export type Dialect = {
  limitOf: (headers: Record<string, string>) => Limit | null;
  /** When another try is worth it, of an answer that means "too many"; null when it means something else. */
  waitUntil: (answer: OutsideAnswer, now: Date) => Date | null;
  /** What to tell about any other answer above 399. */
  refusalOf: (answer: OutsideAnswer, what: What) => DomainError;
};

/** For sentences: what was asked for ("The repository acme/web"), and the permission that it needs. */
export type What = { of: string; permission?: string };

export type RestSettings = {
  outside: Outside;
  /** Without a slash behind: https://api.github.com */
  apiUrl: string;
  /** Whose credentials: part of the key of what is kept, since two holders see different things. */
  holder: string;
  headers: () => Promise<Record<string, string>>;
  /** The host does not take the credentials; true: there are new ones now, worth one more try. */
  renew: () => Promise<boolean>;
  dialect: Dialect;
  pace: Pace;
  store: AnswerStore | null;
  now: () => Date;
};

export type Ask = {
  method?: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** Below the API's address, or a whole address on the same host. */
  path: string;
  what: What;
  body?: unknown;
  accept?: string;
  maxBytes?: number;
  timeoutMs?: number;
};
type Answered = { status: number; headers: Record<string, string>; body: Buffer; next: string | null };

export type RestClient = {
  one: <T>(schema: z.ZodType<T>, ask: Ask) => Promise<T>;
  bytes: (ask: Ask) => Promise<Buffer>;
  /** Page by page. `rowsOf` finds the list where it is not the answer itself. Rows that cannot be read are left out. */
  pages: <T>(schema: z.ZodType<T>, ask: Ask, rowsOf?: (page: unknown) => unknown) => AsyncGenerator<T[]>;
  /** The bare answer, whatever its status; limits and failures of the network still throw. */
  raw: (ask: Ask) => Promise<Answered>;
};

const usualBytes = 10_000_000;
const usualMs = 20_000;
/** A wait this short is made here; a longer one is the job's. */
const shortWaitMs = 3_000;
const mostTries = 3;
const mostHops = 3;
const mostPages = 1_000;

/**
 * Asks a REST API within its limits: conditional where it is known what was answered before, again after a failure that
 * passes, never away from the API's own host, and everything that goes wrong told as a DomainError with a sentence.
 */
export function makeRestClient(settings: RestSettings): RestClient {
  const { origin, host } = new URL(settings.apiUrl);

  function addressOf(path: string): string {
    const url = /^https?:/.test(path) ? path : `${settings.apiUrl}${path}`;
    if (URL.parse(url)?.origin !== origin)
      throw unavailable(`${host} leads to another host, which is not asked`);
    return url;
  }

  const send = async (ask: Ask, url: string, etag: string | undefined): Promise<OutsideAnswer> => {
    const headers: Record<string, string> = { accept: "application/json", ...(await settings.headers()) };
    if (ask.accept) headers.accept = ask.accept;
    if (etag) headers["if-none-match"] = etag;
    if (ask.body !== undefined) headers["content-type"] = "application/json";
    return settings.outside.send({
      url,
      method: ask.method ?? "GET",
      headers,
      ...(ask.body === undefined ? {} : { body: Buffer.from(JSON.stringify(ask.body)) }),
      maxBytes: ask.maxBytes ?? usualBytes,
      timeoutMs: ask.timeoutMs ?? usualMs,
    });
  };

  /** One question with all its tries: redirects of renamed things, short waits, new credentials, passing failures. */
  async function exchange(ask: Ask, first: string, etag: string | undefined): Promise<OutsideAnswer> {
    const isRead = (ask.method ?? "GET") === "GET";
    let url = first;
    let isRenewed = false;
    for (let tries = 1, hops = 0; ; ) {
      settings.pace.before();
      const answer = await send(ask, url, etag).catch((error: unknown) => {
        if (!isRead || tries >= mostTries || findDomainError(error)?.code !== "unavailable") throw error;
        return null;
      });
      const limit = answer && settings.dialect.limitOf(answer.headers);
      if (limit) settings.pace.note(limit);
      const moved = answer && redirectOf(answer, url);
      const until = answer && settings.dialect.waitUntil(answer, settings.now());
      if (moved && hops < mostHops && (isRead || answer.status >= 307)) {
        hops += 1;
        url = addressOf(moved);
      } else if (until) {
        const ms = until.getTime() - settings.now().getTime();
        if (ms > shortWaitMs || tries >= mostTries) await settings.pace.pause(until);
        tries += 1;
        await sleep(Math.max(0, ms));
      } else if (answer?.status === 401 && !isRenewed && (await settings.renew())) isRenewed = true;
      else if (answer === null || (answer.status >= 500 && isRead && tries < mostTries)) {
        await sleep(200 * 4 ** (tries - 1) * (1 + Math.random()));
        tries += 1;
      } else return answer;
    }
  }

  async function raw(ask: Ask): Promise<Answered> {
    const url = addressOf(ask.path);
    const isRead = (ask.method ?? "GET") === "GET";
    const key = isRead && settings.store ? `${settings.holder} ${ask.accept ?? ""} ${url}` : null;
    const kept = key ? await settings.store?.read(key) : null;
    let answer = await exchange(ask, url, kept?.etag);
    if (answer.status === 304 && kept && kept.body.byteLength > (ask.maxBytes ?? usualBytes))
      throw invalid(`${host} sends more than ${Math.round((ask.maxBytes ?? usualBytes) / 1_000_000)} MB`);
    if (answer.status === 304 && kept) return { ...answer, status: 200, body: kept.body, next: kept.next };
    // The store lost it meanwhile, or the host is mistaken.
    if (answer.status === 304) answer = await exchange(ask, url, undefined);
    const next = nextOf(answer.headers.link);
    const { etag } = answer.headers;
    if (key && etag && answer.status === 200)
      await settings.store?.write(key, { etag, next, body: answer.body });
    return { ...answer, next };
  }

  async function taken(ask: Ask): Promise<Answered> {
    const answer = await raw(ask);
    if (answer.status >= 200 && answer.status < 300) return answer;
    if (answer.status >= 500)
      throw unavailable(`${host} answered ${answer.status}: it has trouble of its own`);
    throw settings.dialect.refusalOf({ ...answer, url: "" }, ask.what);
  }

  return {
    raw,
    bytes: async (ask) => (await taken(ask)).body,
    one: async (schema, ask) => {
      const { body, headers } = await taken(ask);
      const parsed = schema.safeParse(readJson(body, headers, host));
      if (parsed.success) return parsed.data;
      throw unavailable(`${host} answered something else than was asked for (${ask.what.of})`);
    },
    pages: async function* (schema, ask, rowsOf = (page) => page) {
      let path: string | null = ask.path;
      for (let page = 0; path && page < mostPages; page += 1) {
        const { body, headers, next }: Answered = await taken({ ...ask, path });
        const rows = z.array(z.unknown()).safeParse(rowsOf(readJson(body, headers, host)));
        if (!rows.success) throw unavailable(`${host} answered something that is no list (${ask.what.of})`);
        const read = rows.data.map((row) => schema.safeParse(row)).filter((row) => row.success);
        if (read.length === 0 && rows.data.length > 0)
          throw unavailable(`${host} answered a list of something else (${ask.what.of})`);
        yield read.map(({ data }) => data);
        path = next;
      }
    },
  };
}

function redirectOf({ status, headers }: OutsideAnswer, url: string): string | null {
  if (![301, 302, 307, 308].includes(status) || !headers.location) return null;
  return URL.parse(headers.location, url)?.toString() ?? null;
}

/** The address of the next page (RFC 8288), as far as both hosts write it. */
function nextOf(link: string | undefined): string | null {
  for (const part of (link ?? "").split(/,\s*(?=<)/)) {
    const [, url, rest] = /^\s*<([^>]*)>(.*)$/.exec(part) ?? [];
    if (url && /;\s*rel="?next"?/.test(rest ?? "")) return url;
  }
  return null;
}
