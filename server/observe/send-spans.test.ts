import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startTracing } from "./send-spans.ts";
import { seriesRegistry } from "./series.ts";
import { traced } from "./trace.ts";

let receiver: Server;
let url: string;
let answers: number[];
let bodies: string[];
let troubles: string[];

beforeEach(async () => {
  answers = [];
  bodies = [];
  troubles = [];
  receiver = createServer((request, response) => {
    let body = "";
    request.on("data", (part: Buffer) => {
      body += part.toString();
    });
    request.on("end", () => {
      bodies.push(body);
      response.writeHead(answers.shift() ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/v1/traces`;
});
afterEach(() => new Promise((resolve) => receiver.close(resolve)));

const start = (to = url) =>
  startTracing({
    url: to,
    headers: {},
    resource: { "service.name": "test" },
    share: 1,
    onTrouble: (reason) => troubles.push(reason),
  });
const work = () => traced("work", {}, async () => {});
const counted = async (outcome: string) => {
  const [series] = await seriesRegistry().getMetricsAsJSON();
  return series?.values.find((value) => value.labels.outcome === outcome)?.value ?? 0;
};

test("what was traced is posted, at the latest when the process ends", async () => {
  const tracing = start();
  await work();
  await work();
  await tracing.stop();
  expect(JSON.parse(bodies.join()).resourceSpans[0].scopeSpans[0].spans).toHaveLength(2);
  await work();
  expect(bodies).toHaveLength(1);
});

test("a receiver that is busy is asked once more", async () => {
  answers = [503];
  const tracing = start();
  await work();
  await tracing.stop();
  expect(bodies).toHaveLength(2);
  expect(troubles).toEqual([]);
});

test("one that refuses costs the spans and is told once, never the work", async () => {
  answers = [401, 401];
  const lostBefore = await counted("lost");
  const tracing = start();
  await work();
  await tracing.stop();
  expect(troubles).toEqual(["it answered 401"]);
  expect((await counted("lost")) - lostBefore).toBe(1);
});

test("one that is not there too, and its address is in no message", async () => {
  const gone = url.replace("/v1/traces", "/secret-path");
  await new Promise((resolve) => receiver.close(resolve));
  const tracing = start(gone);
  await expect(traced("work", {}, async () => 42)).resolves.toBe(42);
  await tracing.stop();
  expect(troubles).toEqual(["ECONNREFUSED"]);
});
