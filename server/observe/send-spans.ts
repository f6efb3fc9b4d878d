import { setTimeout as sleep } from "node:timers/promises";
import { otlpBody } from "./otlp.ts";
import { counter } from "./series.ts";
import { type Attributes, type Span, setTracing } from "./trace.ts";

export type TraceSettings = {
  /** Where spans are posted, with the path. */
  url: string;
  headers: Record<string, string>;
  /** Describes the process: service.name and so on. */
  resource: Attributes;
  /** The share of traces that begin here and are sent, 0 to 1. Who calls with a `traceparent` decides for theirs. */
  share: number;
  /** Hears once that spans cannot be sent, and again only after it went well in between. */
  onTrouble: (reason: string) => void;
};

const mostWaiting = 4_096;
const mostAtOnce = 512;
const everyMs = 5_000;
const timeoutMs = 10_000;
const worthRepeating = new Set([429, 502, 503, 504]);

/**
 * Turns tracing on, and posts what was traced every five seconds. A receiver that is slow or gone costs memory up to a
 * limit and then spans, never a request. `stop` posts what is left.
 */
export function startTracing(settings: TraceSettings): { stop: () => Promise<void> } {
  const spans = counter({
    name: "milepost_spans_total",
    help: "Spans by what became of them",
    labelNames: ["outcome"],
  });
  let waiting: Span[] = [];
  let isTroubled = false;
  let sending: Promise<void> = Promise.resolve();

  const flush = () => {
    sending = sending.then(async () => {
      while (waiting.length > 0) {
        const batch = waiting.splice(0, mostAtOnce);
        const trouble = await post(batch, settings);
        spans.inc({ outcome: trouble ? "lost" : "sent" }, batch.length);
        if (trouble && !isTroubled) settings.onTrouble(trouble);
        isTroubled = trouble !== null;
        if (trouble) return;
      }
    });
    return sending;
  };
  const timer = setInterval(() => void flush(), everyMs).unref();
  setTracing({
    isSampled: () => Math.random() < settings.share,
    finish: (span) => {
      if (waiting.length >= mostWaiting) return spans.inc({ outcome: "lost" });
      waiting.push(span);
      if (waiting.length === mostAtOnce) void flush();
    },
  });
  return {
    stop: async () => {
      clearInterval(timer);
      setTracing(null);
      await Promise.race([flush(), sleep(timeoutMs, undefined, { ref: false })]);
      waiting = [];
    },
  };
}

/** One try, and a second one where the receiver asks for it. Null when it went well, else why not, without the address. */
async function post(batch: readonly Span[], settings: TraceSettings): Promise<string | null> {
  const body = otlpBody(batch, settings.resource);
  const headers = { "content-type": "application/json", ...settings.headers };
  for (let attempt = 1; ; attempt += 1) {
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      const init = { method: "POST", headers, body, signal, redirect: "error" } as const;
      const answer = await fetch(settings.url, init);
      await answer.body?.cancel();
      if (answer.ok) return null;
      if (attempt === 2 || !worthRepeating.has(answer.status)) return `it answered ${answer.status}`;
    } catch (error) {
      if (attempt === 2) return reasonOf(error);
    }
    await sleep(1_000, undefined, { ref: false });
  }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : null;
  const code = cause instanceof Error ? (cause as NodeJS.ErrnoException).code : undefined;
  return code ?? (error instanceof Error ? error.name : "no answer");
}
