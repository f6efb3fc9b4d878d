/**
 * The whole outer surface with who may reach it, written by hand: a new procedure, route or page without its line here
 * fails surface.test.ts, and so does a line whose object is gone. The journeys walk the pages of this list.
 */

/** tRPC: kind and access of each procedure. */
export const procedures: Readonly<Record<string, string>> = {
  "audit.list": "query, role: platform",
  "audit.types": "query, role: platform",
  "catalog.byRef": "query, signed in",
  "catalog.cancelImport": "mutation, role: platform",
  "catalog.count": "query, signed in",
  "catalog.definition": "query, signed in",
  "catalog.facets": "query, signed in",
  "catalog.list": "query, signed in",
  "catalog.location": "query, signed in",
  "catalog.locations": "query, signed in",
  "catalog.myServices": "query, signed in",
  "catalog.problems": "query, signed in",
  "catalog.raw": "query, signed in",
  "catalog.register": "mutation, role: platform",
  "catalog.reimport": "mutation, role: platform",
  "catalog.related": "query, signed in",
  "catalog.removeLocation": "mutation, role: platform",
  "catalog.search": "query, signed in",
  "catalog.unowned": "query, signed in",
  "delivery.deployment": "query, signed in",
  "delivery.deployments": "query, signed in",
  "delivery.incidents": "query, signed in",
  "delivery.lastDeployments": "query, signed in",
  "delivery.openIncidents": "query, signed in",
  "delivery.runs": "query, signed in",
  "delivery.service": "query, signed in",
  "delivery.unmatched": "query, role: platform",
  "delivery.weekly": "query, signed in",
  "demo.remove": "mutation, role: platform",
  "demo.state": "query, anyone",
  "github.count": "query, role: platform",
  "github.deliveries": "query, role: platform",
  "github.delivery": "query, role: platform",
  "github.facets": "query, role: platform",
  "github.replay": "mutation, role: platform",
  "github.status": "query, role: platform",
  "identity.createToken": "mutation, role: platform",
  "identity.finishTour": "mutation, signed in",
  "identity.me": "query, signed in",
  "identity.revokeToken": "mutation, role: platform",
  "identity.setShortcuts": "mutation, signed in",
  "identity.tokens": "query, role: platform",
  "installation.current": "query, anyone",
  "notifications.inbox": "query, signed in",
  "notifications.markRead": "mutation, signed in",
};

/** REST, as the listener answers it before Next. */
export const restRoutes: Readonly<Record<string, string>> = {
  "POST /api/auth/demo": "anyone",
  "POST /api/auth/sign-out": "anyone",
  "GET /api/catalog/entities/by-name/:kind/:namespace/:name": "signed in",
  "GET /api/catalog/entities/by-query": "signed in",
  "POST /api/catalog/entities/by-query": "signed in",
  "GET /api/catalog/entity-facets": "signed in",
  "POST /api/catalog/entity-facets": "signed in",
  "GET /api/v1/catalog/entities.csv": "signed in",
};

/** What the listener itself looks for in an address; everything else is a row of the REST table or Next's. */
export const listenerPaths: Readonly<Record<string, string>> = {
  "/": "no path of its own: stands in for an address that cannot be read",
  "/api/": "anyone: what no table answers is not found, in the shape of its errors",
  "/api/catalog/": "the same in Backstage's shape",
  "/api/trpc/": "goes on to Next: per procedure",
  "/api/health/live": "anyone",
  "/api/health/ready": "anyone",
  "/api/webhooks/": "anyone; each request has to be signed",
};

/** Route files under app/. */
export const routeFiles: Readonly<Record<string, string>> = {
  "app/api/trpc/[trpc]/route.ts": "per procedure",
};

/** `role: platform`: others get the frame and a sentence that says for whom it is. */
export type PageAccess = "anyone" | "signed in" | "role: platform";

const entry = "/catalog/[kind]/[namespace]/[name]";

/** Pages under app/, without the groups of folders. The journeys open each of them. */
export const pages: Readonly<Record<string, PageAccess>> = {
  "/": "signed in",
  "/account": "signed in",
  "/admin": "role: platform",
  "/admin/audit": "role: platform",
  "/admin/tokens": "role: platform",
  "/admin/webhooks": "role: platform",
  "/admin/webhooks/[id]": "role: platform",
  "/catalog": "signed in",
  [entry]: "signed in",
  [`${entry}/definition`]: "signed in",
  [`${entry}/deployments`]: "signed in",
  [`${entry}/problems`]: "signed in",
  [`${entry}/relations`]: "signed in",
  [`${entry}/source`]: "signed in",
  "/catalog/import": "signed in",
  "/catalog/sources": "signed in",
  "/catalog/sources/[id]": "signed in",
  "/sign-in": "anyone",
};
