import type { Attributes, Span, SpanKind } from "./trace.ts";

/** Source: OpenTelemetry protocol, trace.proto, Span.SpanKind. */
const kinds: Record<SpanKind, number> = { internal: 1, server: 2, client: 3, consumer: 5 };
const failed = 2;

type Value =
  | { stringValue: string }
  | { boolValue: boolean }
  | { intValue: string }
  | { doubleValue: number };

function anyValue(value: string | number | boolean): Value {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

const attributesOf = (attributes: Attributes) =>
  Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));

/**
 * The spans as an ExportTraceServiceRequest in JSON: 64-bit numbers as text, ids in hexadecimal.
 * Source: OpenTelemetry protocol specification, "JSON Protobuf Encoding".
 */
export function otlpBody(spans: readonly Span[], resource: Attributes): string {
  return JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: attributesOf(resource) },
        scopeSpans: [{ scope: { name: "milepost" }, spans: spans.map(spanOf) }],
      },
    ],
  });
}

function spanOf(span: Span) {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    ...(span.parentSpanId ? { parentSpanId: span.parentSpanId } : {}),
    name: span.name,
    kind: kinds[span.kind],
    startTimeUnixNano: String(span.beganAt),
    endTimeUnixNano: String(span.endedAt),
    attributes: attributesOf(span.attributes),
    status: span.hasFailed ? { code: failed } : {},
  };
}
