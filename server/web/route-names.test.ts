import { expect, test } from "vitest";
import { httpRoutes } from "#server/http/routes.ts";
import { makeRouteNames } from "./route-names.ts";

const nameRoute = makeRouteNames(
  [...httpRoutes, { path: "/api/v1/things/:id" }],
  ["/", "/catalog", "/catalog/[kind]/[namespace]/[name]", "/docs/[...path]"],
);

test.each([
  ["/", "/"],
  ["/catalog", "/catalog"],
  ["/catalog/component/default/cart", "/catalog/[kind]/[namespace]/[name]"],
  ["/docs/a/b/c", "/docs/[...path]"],
  ["/api/v1/things/42", "/api/v1/things/:id"],
  ["/api/trpc/catalog.list,catalog.count", "/api/trpc/"],
  ["/api/webhooks/github/x", "/api/webhooks/"],
  ["/api/health/ready", "/api/health/ready"],
  ["/_next/static/chunks/a.js", "/_next/"],
  ["/catalog/component/default/cart/made-up", "other"],
  ["/wp-login.php", "other"],
  ["/api/v1/things/", "other"],
])("%s is counted as %s", (path, name) => {
  expect(nameRoute(path)).toBe(name);
});

test("whatever is asked for, the names are few", () => {
  const names = new Set<string>();
  for (let index = 0; index < 2_000; index += 1)
    names.add(nameRoute(`/${index % 3 ? "catalog" : index}/x${index}/${index}/${index * 7}`));
  expect(names.size).toBeLessThan(4);
});
