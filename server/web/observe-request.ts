import type { IncomingMessage, ServerResponse } from "node:http";
import { histogram } from "#server/observe/series.ts";
import { traced } from "#server/observe/trace.ts";
import type { NameRoute } from "./route-names.ts";

const methods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

const seconds = histogram({
  name: "milepost_http_request_duration_seconds",
  help: "From the request's head to the last byte of the answer, by route pattern; status 499 when the client went first",
  labelNames: ["method", "route", "status"],
});

/** Measures a request and traces it. Neither its address nor its headers are kept: only the pattern that it matched. */
export function observeRequest(
  nameRoute: NameRoute,
  request: IncomingMessage,
  response: ServerResponse,
  serve: () => Promise<void>,
): Promise<void> {
  const began = performance.now();
  const method = methods.has(request.method ?? "") ? (request.method ?? "") : "other";
  const route = nameRoute((request.url ?? "").split("?", 1)[0] ?? "");
  const status = () => (response.writableFinished ? response.statusCode : 499);
  response.once("close", () => {
    seconds.observe({ method, route, status: String(status()) }, (performance.now() - began) / 1000);
  });
  const attributes = { "http.request.method": method, "http.route": route };
  const { traceparent } = request.headers;
  return traced(`${method} ${route}`, { kind: "server", attributes, traceparent }, async (note) => {
    await serve();
    if (!response.writableEnded && !response.destroyed)
      await new Promise((resolve) => response.once("close", resolve));
    note.set({
      "http.response.status_code": response.statusCode,
      "milepost.request_id": String(response.getHeader("x-request-id") ?? ""),
    });
    if (response.statusCode >= 500) note.fail(String(response.statusCode));
  });
}
