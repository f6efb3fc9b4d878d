import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "@playwright/test";
import { repositoryPayload } from "#server/testing/github-payloads.ts";
import { call, signIn } from "../scale-out/person.ts";
import { type Installation, makeInstallation, type Program, statusOf, until } from "../scale-out/programs.ts";
import { sendWebhook } from "../send-webhook.ts";

/** Web and worker of the production build, sending their traces to a receiver that speaks OTLP over HTTP. */
test.describe.configure({ mode: "serial", timeout: 300_000 });

type Attribute = { key: string; value: { stringValue?: string; intValue?: string } };
type Span = {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: Attribute[];
};
type Received = { service: string; span: Span };

let receiver: Server;
let installation: Installation;
let web: Program & { address: string };
let worker: Program;
const received: Received[] = [];
const requests: { url: string; headers: IncomingHttpHeaders; body: string }[] = [];

test.beforeAll(async () => {
  test.setTimeout(300_000);
  receiver = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const body = Buffer.concat(parts).toString();
      requests.push({ url: request.url ?? "", headers: request.headers, body });
      for (const { resource, scopeSpans } of JSON.parse(body).resourceSpans)
        for (const { spans } of scopeSpans)
          for (const span of spans)
            received.push({ service: attribute(resource, "service.name") ?? "", span });
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  installation = await makeInstallation({
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`,
    OTEL_EXPORTER_OTLP_HEADERS: "x-receiver-key=open%20sesame",
  });
  expect(await installation.start(["migrate"]).ended).toBe(0);
  web = await installation.startWeb();
  worker = installation.start(["serve", "worker"]);
  await until("ready", async () => (await statusOf(web.address, "/api/health/ready")) === 200, [web, worker]);
});

test.afterAll(async () => {
  await installation?.end();
  receiver?.close();
});

const attribute = (of: { attributes: Attribute[] }, key: string) =>
  of.attributes.find((each) => each.key === key)?.value.stringValue;
const find = (name: string) => received.find(({ span }) => span.name === name);
const arrived = (name: string) => until(name, async () => find(name) !== undefined, [web, worker]);

test("a page's procedures and a webhook's job arrive as spans", async () => {
  const person = await signIn(web.address, installation.pool);
  await call(web.address, person, "identity.me");
  await statusOf(web.address, "/catalog?query=secretive", { cookie: person.cookie });
  const portal = { address: web.address, webhookSecret: installation.webhookSecret };
  await sendWebhook(portal, "ping", { repository: repositoryPayload("a/b") });
  for (const name of [
    "GET /catalog",
    "GET /api/trpc/",
    "trpc identity.me",
    "POST /api/webhooks/",
    "job github-interpret-inbox",
  ])
    await arrived(name);
  expect(find("GET /catalog")).toMatchObject({ service: "milepost-web", span: { kind: 2 } });
  expect(find("job github-interpret-inbox")).toMatchObject({ service: "milepost-worker", span: { kind: 5 } });
  const asked = received.filter(({ span }) => span.name === "GET /api/trpc/").map(({ span }) => span.spanId);
  const answered = received
    .filter(({ span }) => span.name === "trpc identity.me")
    .map(({ span }) => span.parentSpanId);
  expect(answered.some((parent) => asked.includes(parent ?? ""))).toBe(true);
  for (const { span } of received) {
    expect(span.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(span.spanId).toMatch(/^[0-9a-f]{16}$/);
    expect(BigInt(span.endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(span.startTimeUnixNano));
  }
});

test("a trace that began at the caller goes on, and one that the caller does not keep is not sent", async () => {
  const [kept, dropped] = ["4bf92f3577b34da6a3ce929d0e0e4736", "5bf92f3577b34da6a3ce929d0e0e4736"];
  await statusOf(web.address, "/sign-in", { traceparent: `00-${dropped}-00f067aa0ba902b7-00` });
  await statusOf(web.address, "/sign-in", { traceparent: `00-${kept}-00f067aa0ba902b7-01` });
  await until("arrived", async () => received.some(({ span }) => span.traceId === kept));
  expect(received.find(({ span }) => span.traceId === kept)?.span.parentSpanId).toBe("00f067aa0ba902b7");
  expect(received.some(({ span }) => span.traceId === dropped)).toBe(false);
});

test("nothing that is secret or somebody's is sent", async () => {
  const person = await signIn(web.address, installation.pool);
  await call(web.address, person, "search.find", { query: "my-secret-words" });
  await statusOf(web.address, "/api/catalog/entity-facets?facet=kind", {
    authorization: "Bearer mp_some_secret_token",
  });
  await arrived("trpc search.find");
  await arrived("GET /api/catalog/entity-facets");
  const all = requests.map((request) => request.body).join("\n");
  for (const secret of [
    person.cookie.split("=")[1],
    "my-secret-words",
    "mp_some_secret_token",
    "secretive",
    installation.webhookSecret,
  ])
    expect(all).not.toContain(secret);
  for (const { url, headers } of requests)
    expect([url, headers["x-receiver-key"]]).toEqual(["/v1/traces", "open sesame"]);
});

test("what is under way when the processes are asked to end is sent before they do", async () => {
  await statusOf(web.address, "/api/health/live", {
    traceparent: "00-6bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
  });
  for (const program of [web, worker]) program.child.kill("SIGTERM");
  expect(await Promise.all([web.ended, worker.ended])).toEqual([0, 0]);
  expect(received.some(({ span }) => span.traceId === "6bf92f3577b34da6a3ce929d0e0e4736")).toBe(true);
});
