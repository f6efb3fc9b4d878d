import { hash } from "node:crypto";
import { readExport } from "#server/catalog/export/read-export.ts";
import { readFeed } from "#server/catalog/export/read-feed.ts";
import { writeArchive, writeDocuments } from "#server/catalog/export/write-archive.ts";
import { EntityFilter } from "#server/catalog/inputs.ts";
import type { Ctx } from "#server/core/context.ts";
import { invalid } from "#server/core/errors.ts";
import { limitSubject } from "#server/core/rate-limit.ts";
import type { HttpAnswer, HttpRequest, HttpRoute } from "./route.ts";

/** The filter of the catalogue's page, read from the same parameters. */
export function readFilter({ url }: HttpRequest): EntityFilter {
  const given = Object.keys(EntityFilter.shape)
    .filter((name) => url.searchParams.has(name))
    .map((name) => [name, name === "query" ? url.searchParams.get(name) : url.searchParams.getAll(name)]);
  const filter = EntityFilter.safeParse(Object.fromEntries(given));
  if (filter.success) return filter.data;
  const [issue] = filter.error.issues;
  throw invalid(`${issue?.path.join(".")}: ${issue?.message}`, String(issue?.path[0] ?? "query"));
}

const download = (ctx: Ctx, type: string, ending: string, body: HttpAnswer["body"]): HttpAnswer => ({
  status: 200,
  headers: {
    "content-type": type,
    "content-disposition": `attachment; filename="catalogue-${ctx.now().toISOString().slice(0, 10)}.${ending}"`,
    "cache-control": "no-store",
  },
  body,
});

async function archive(ctx: Ctx, request: HttpRequest): Promise<HttpAnswer> {
  const files = readExport(ctx, readFilter(request));
  const body = request.method === "HEAD" ? null : writeArchive(files);
  return download(ctx, "application/gzip", "tar.gz", body);
}

async function documents(ctx: Ctx, request: HttpRequest): Promise<HttpAnswer> {
  const files = readExport(ctx, readFilter(request));
  const body = request.method === "HEAD" ? null : writeDocuments(files);
  return download(ctx, "application/yaml; charset=utf-8", "yaml", body);
}

/**
 * The feed: every entry that fits, as an array or a line each; with `since`, what changed since the cursor of an answer
 * before, which its header `milepost-cursor` carries. The ETag holds while the catalogue is the same.
 */
async function feed(ctx: Ctx, request: HttpRequest, isLines: boolean): Promise<HttpAnswer> {
  const since = request.url.searchParams.get("since") ?? undefined;
  const { cursor, version, lines } = await readFeed(ctx, readFilter(request), since);
  const what = [version, limitSubject(ctx.actor, null), request.url.search, String(isLines)].join(" ");
  const headers = {
    "milepost-cursor": cursor,
    etag: `W/"${hash("sha1", what, "base64url")}"`,
    "cache-control": "no-store",
  };
  if (request.headers.get("if-none-match") === headers.etag) return { status: 304, headers, body: null };
  const type = isLines ? "application/x-ndjson; charset=utf-8" : "application/json; charset=utf-8";
  const body = request.method === "HEAD" ? null : isLines ? asLines(lines) : asArray(lines);
  return { status: 200, headers: { ...headers, "content-type": type }, body };
}

async function* asLines(batches: AsyncIterable<string[]>): AsyncGenerator<string> {
  for await (const batch of batches) if (batch.length > 0) yield `${batch.join("\n")}\n`;
}

async function* asArray(batches: AsyncIterable<string[]>): AsyncGenerator<string> {
  let mark = "[";
  for await (const batch of batches) {
    if (batch.length === 0) continue;
    yield mark + batch.join(",");
    mark = ",";
  }
  yield mark === "[" ? "[]" : "]";
}

const route = (name: string, handle: HttpRoute["handle"]): HttpRoute => ({
  method: "GET",
  path: `/api/v1/catalog/${name}`,
  access: "signed in",
  limit: "export",
  handle,
});

/** The whole catalogue, to take along or to follow. */
export const catalogExportRoutes: readonly HttpRoute[] = [
  route("export.tar.gz", archive),
  route("export.yaml", documents),
  route("entities.json", (ctx, request) => feed(ctx, request, false)),
  route("entities.jsonl", (ctx, request) => feed(ctx, request, true)),
];
