import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { otlpBody } from "./otlp.ts";
import { type Span, setTracing, traced } from "./trace.ts";

let finished: Span[] = [];
let isSampled = true;
beforeEach(() => {
  finished = [];
  isSampled = true;
  setTracing({ isSampled: () => isSampled, finish: (span) => finished.push(span) });
});
afterEach(() => setTracing(null));

const nothing = async () => {};

test("work within work belongs to it, also across waiting", async () => {
  await traced("outer", { kind: "server" }, async () => {
    // A timer may ring a little early.
    const began = performance.now();
    while (performance.now() - began < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    await Promise.all([traced("left", {}, nothing), traced("right", {}, nothing)]);
  });
  const [left, right, outer] = finished as [Span, Span, Span];
  expect(outer).toMatchObject({ name: "outer", kind: "server", parentSpanId: null, hasFailed: false });
  for (const inner of [left, right])
    expect(inner).toMatchObject({ traceId: outer.traceId, parentSpanId: outer.spanId });
  expect(left.spanId).not.toBe(right.spanId);
  expect(outer.endedAt - outer.beganAt).toBeGreaterThan(1_000_000n);
});

test("two that run side by side have traces of their own", async () => {
  await Promise.all([traced("one", {}, nothing), traced("two", {}, nothing)]);
  expect(new Set(finished.map((span) => span.traceId)).size).toBe(2);
});

test("a failure goes on to the caller, and leaves its kind but not its words", async () => {
  const work = traced("fails", {}, async () => {
    throw new TypeError("the password is hunter2");
  });
  await expect(work).rejects.toThrow("hunter2");
  expect(finished[0]).toMatchObject({ hasFailed: true, attributes: { "error.type": "TypeError" } });
  expect(otlpBody(finished, {})).not.toContain("hunter2");
});

describe("a caller's traceparent", () => {
  const from = (traceparent: string) => traced("called", { traceparent }, nothing);

  test("is gone on with", async () => {
    await from("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    expect(finished[0]).toMatchObject({
      traceId: "0af7651916cd43dd8448eb211c80319c",
      parentSpanId: "b7ad6b7169203331",
    });
  });

  test("decides whether the trace is kept, whatever share is kept here", async () => {
    await from("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00");
    expect(finished).toEqual([]);
    isSampled = false;
    await from("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    expect(finished).toHaveLength(1);
  });

  test.each([
    "",
    "00-00000000000000000000000000000000-b7ad6b7169203331-01",
    "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
    "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
    '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "x": "',
  ])("is not believed as %j", async (traceparent) => {
    await from(traceparent);
    expect(finished[0]?.parentSpanId).toBeNull();
  });
});

test("what is not kept is not kept in its parts either", async () => {
  isSampled = false;
  await traced("outer", {}, async () => {
    isSampled = true;
    await traced("inner", {}, nothing);
  });
  expect(finished).toEqual([]);
});

test("when tracing is off, work just runs", async () => {
  setTracing(null);
  const answer = await traced("off", {}, async (note) => {
    note.set({ a: 1 });
    return 42;
  });
  expect([answer, finished]).toEqual([42, []]);
});

test("spans are written as the protocol wants them", async () => {
  await traced(
    "GET /x",
    { kind: "server", attributes: { text: "a", whole: 7, part: 0.5, yes: true } },
    nothing,
  );
  const span = finished[0]!;
  expect(JSON.parse(otlpBody([span], { "service.name": "milepost-web" }))).toEqual({
    resourceSpans: [
      {
        resource: { attributes: [{ key: "service.name", value: { stringValue: "milepost-web" } }] },
        scopeSpans: [
          {
            scope: { name: "milepost" },
            spans: [
              {
                traceId: span.traceId,
                spanId: span.spanId,
                name: "GET /x",
                kind: 2,
                startTimeUnixNano: String(span.beganAt),
                endTimeUnixNano: String(span.endedAt),
                attributes: [
                  { key: "text", value: { stringValue: "a" } },
                  { key: "whole", value: { intValue: "7" } },
                  { key: "part", value: { doubleValue: 0.5 } },
                  { key: "yes", value: { boolValue: true } },
                ],
                status: {},
              },
            ],
          },
        ],
      },
    ],
  });
});
