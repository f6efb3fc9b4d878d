import type { Outside } from "#server/core/outside.ts";

/** An answer that was good once: its text, when it came, and when it was asked for last. Times are in milliseconds. */
type Kept = { text: string; at: number; triedAt: number };

/** What is remembered of one provider between sign-ins: its metadata and its keys. Public documents, no secrets. */
export type ProviderCache = { metadata: Kept | null; keys: Kept | null };

export const newProviderCache = (): ProviderCache => ({ metadata: null, keys: null });

const metadataFreshMs = 10 * 60_000;
const keysFreshMs = 5 * 60_000;
/** How often an unknown key id may make us ask for the keys again. */
const keysCooldownMs = 10_000;
/** How long documents of a provider that does not answer are used; a withdrawn key counts no longer than this. */
const staleMs = 24 * 3_600_000;

/** The cached keys while they are fresh; null makes the library fetch them. */
export function freshKeys(cache: ProviderCache, now: number): { keys: object[] } | null {
  const { keys } = cache;
  return keys && now - keys.at < keysFreshMs ? (JSON.parse(keys.text) as { keys: object[] }) : null;
}

/**
 * A fetch for the protocol library through the guarded door, which remembers metadata and keys. While the provider does
 * not give its keys, those of the last day go on to count (a provider's restart locks nobody out).
 */
export function cachingFetch(
  outside: Outside,
  cache: ProviderCache,
  about: { metadataUrl: string; keysUrl: () => string | undefined; now: () => number },
): (url: string, init?: RequestInit) => Promise<Response> {
  return (url, init) => {
    const ask = () => outside.fetch(url, init);
    const now = about.now();
    if (url === about.metadataUrl) {
      const kept = cache.metadata;
      if (kept && now - kept.at < metadataFreshMs) return Promise.resolve(answerOf(kept));
      return askOrKeep(ask, kept, now, (value) => {
        cache.metadata = value;
      });
    }
    if (url === about.keysUrl()) {
      const kept = cache.keys;
      if (kept && now - kept.triedAt < keysCooldownMs) return Promise.resolve(answerOf(kept));
      if (kept) kept.triedAt = now;
      return askOrKeep(ask, kept, now, (value) => {
        cache.keys = value;
      });
    }
    return ask();
  };
}

const answerOf = (kept: Kept) =>
  new Response(kept.text, { status: 200, headers: { "content-type": "application/json" } });

async function askOrKeep(
  ask: () => Promise<Response>,
  kept: Kept | null,
  now: number,
  keep: (value: Kept) => void,
): Promise<Response> {
  const usable = kept && now - kept.at < staleMs ? kept : null;
  let answer: Response;
  try {
    answer = await ask();
  } catch (error) {
    if (usable) return answerOf(usable);
    throw error;
  }
  const text = await answer.text();
  if (answer.status === 200 && isJsonObject(text)) keep({ text, at: now, triedAt: now });
  else if (usable) return answerOf(usable);
  return new Response(text, { status: answer.status, headers: answer.headers });
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
