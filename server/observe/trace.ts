import { AsyncLocalStorage } from "node:async_hooks";
import { randomBytes } from "node:crypto";

export type Attributes = Record<string, string | number | boolean>;
export type SpanKind = "internal" | "server" | "client" | "consumer";

/** One finished or running piece of work, as OpenTelemetry means it. Ids are lower-case hexadecimal. */
export type Span = {
  name: string;
  kind: SpanKind;
  traceId: string;
  spanId: string;
  parentSpanId: string | null;
  isSampled: boolean;
  /** Nanoseconds since 1970. */
  beganAt: bigint;
  endedAt: bigint;
  attributes: Attributes;
  hasFailed: boolean;
};

/** What the caller may add while the work runs. Never put in what a person, a token or an address holds. */
export type SpanNote = { set: (attributes: Attributes) => void; fail: (kind: string) => void };

export type Tracing = {
  storage: AsyncLocalStorage<Span>;
  isSampled: () => boolean;
  finish: (span: Span) => void;
};

const shared = Symbol.for("milepost.tracing");
type Shared = { [shared]?: Tracing };

/** Next bundles its own copy of this module, so what is running hangs on a global symbol. */
export function setTracing(tracing: Omit<Tracing, "storage"> | null): void {
  const holder = globalThis as Shared;
  if (tracing) holder[shared] = { ...tracing, storage: new AsyncLocalStorage() };
  else delete holder[shared];
}

const silent: SpanNote = { set: () => {}, fail: () => {} };

type SpanSettings = {
  kind?: SpanKind;
  attributes?: Attributes;
  /** The caller's `traceparent` header; absent or unreadable, the work belongs to what runs around it, or begins a trace. */
  traceparent?: string | string[] | undefined;
};

/** Runs `work` as a span of the trace that is under way. Without tracing it costs one look-up. */
export function traced<T>(
  name: string,
  settings: SpanSettings,
  work: (note: SpanNote) => Promise<T>,
): Promise<T> {
  const tracing = (globalThis as Shared)[shared];
  if (!tracing) return work(silent);
  const span = beginSpan(tracing, name, settings);
  return tracing.storage.run(span, async () => {
    try {
      return await work(noteFor(span));
    } catch (error) {
      noteFor(span).fail(error instanceof Error ? error.name : typeof error);
      throw error;
    } finally {
      endSpan(tracing, span);
    }
  });
}

function noteFor(span: Span): SpanNote {
  return {
    set: (attributes) => void Object.assign(span.attributes, attributes),
    fail: (kind) => {
      span.hasFailed = true;
      span.attributes["error.type"] = kind;
    },
  };
}

/** Version, trace id, parent's span id, flags. Source: W3C Trace Context, "traceparent header field values". */
const traceparentForm =
  /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/;

function beginSpan(tracing: Tracing, name: string, settings: SpanSettings): Span {
  const carried =
    typeof settings.traceparent === "string" ? traceparentForm.exec(settings.traceparent) : null;
  const around = tracing.storage.getStore();
  const [, traceId, parentSpanId, flags = "00"] = carried ?? [];
  const now = wallClock();
  return {
    name,
    kind: settings.kind ?? "internal",
    traceId: traceId ?? around?.traceId ?? randomBytes(16).toString("hex"),
    spanId: randomBytes(8).toString("hex"),
    parentSpanId: parentSpanId ?? around?.spanId ?? null,
    isSampled: carried
      ? (Number.parseInt(flags, 16) & 1) === 1 && (around?.isSampled ?? true)
      : (around?.isSampled ?? tracing.isSampled()),
    beganAt: now,
    endedAt: now,
    attributes: { ...settings.attributes },
    hasFailed: false,
  };
}

function endSpan(tracing: Tracing, span: Span): void {
  span.endedAt = wallClock();
  if (span.isSampled) tracing.finish(span);
}

/** By the steady clock, so that no span ends before it began. */
const wallClock = () => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n;
