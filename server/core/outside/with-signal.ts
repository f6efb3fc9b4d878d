import type { Outside } from "../outside.ts";

/** The same door for work that may be stopped: every request through it ends with the signal, and throws its reason. */
export function withSignal(outside: Outside, signal: AbortSignal): Outside {
  const both = (own: AbortSignal | null | undefined) => (own ? AbortSignal.any([signal, own]) : signal);
  return {
    get: (url, options) => outside.get(url, { ...options, signal: both(options?.signal) }),
    send: (request) => outside.send({ ...request, signal: both(request.signal) }),
    stream: (request) => outside.stream({ ...request, signal: both(request.signal) }),
    fetch: (input, init) => outside.fetch(input, { ...init, signal: both(init?.signal) }),
    check: async (url) => {
      signal.throwIfAborted();
      await outside.check(url);
    },
    open: (connection) => withSignal(outside.open(connection), signal),
    close: outside.close,
  };
}
