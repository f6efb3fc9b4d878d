import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { HttpRoute } from "#server/http/route.ts";

/** What a request's address is an instance of. One of a few hundred names at most, whatever is asked for. */
export type NameRoute = (path: string) => string;

const own = ["/api/health/live", "/api/health/ready", "/metrics"];
const prefixes = ["/_next/", "/api/trpc/", "/api/webhooks/"];

/** Names rows of the REST table and pages by their pattern, the rest by its beginning; anything else is "other". */
export function makeRouteNames(
  routes: readonly Pick<HttpRoute, "path">[],
  pagePatterns: readonly string[],
): NameRoute {
  const patterns = [...new Set([...routes.map((route) => route.path), ...pagePatterns])];
  const exact = new Set([...own, ...patterns.filter((pattern) => !/[:[]/.test(pattern))]);
  const open = patterns
    .filter((pattern) => !exact.has(pattern))
    .map((pattern) => ({ pattern, matches: new RegExp(`^${sourceOf(pattern)}/?$`) }));
  return (path) => {
    if (exact.has(path)) return path;
    const prefix = prefixes.find((start) => path.startsWith(start));
    return prefix ?? open.find(({ matches }) => matches.test(path))?.pattern ?? "other";
  };
}

/** `:name` of a REST row, `[name]` and `[...name]` of a page. */
function sourceOf(pattern: string): string {
  return pattern
    .split("/")
    .map((part) => {
      if (/^\[\[?\.\.\./.test(part)) return ".+";
      if (/^(\[.+\]|:\w+)$/.test(part)) return "[^/]+";
      return part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
    })
    .join("/");
}

/** The patterns of the pages, as Next's build lists them; none in development. */
export function readPagePatterns(distDir: string | undefined): string[] {
  const file = join(process.cwd(), distDir ?? "", "app-path-routes-manifest.json");
  if (!distDir || !existsSync(file)) return [];
  return Object.values(JSON.parse(readFileSync(file, "utf8")) as Record<string, string>);
}
