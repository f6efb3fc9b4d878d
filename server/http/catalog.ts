import { refresh, validate } from "./catalog-checks.ts";
import { entitiesCsv } from "./catalog-csv.ts";
import {
  ancestry,
  byName,
  byQuery,
  byRefs,
  byUid,
  deleteByUid,
  facets,
  facetsByBody,
  listEntities,
} from "./catalog-entities.ts";
import {
  addLocation,
  analyzeLocation,
  deleteLocation,
  getLocation,
  listLocations,
  locationByEntity,
  putLocation,
  queryLocations,
} from "./catalog-locations.ts";
import { readFilters, readQueryBody, readQueryParams } from "./catalog-request.ts";
import type { HttpRoute } from "./route.ts";

type Row = Pick<HttpRoute, "method" | "path" | "handle"> & Partial<HttpRoute>;

const read = (row: Row): HttpRoute => ({ access: "signed in", errorStyle: "backstage", ...row });
/** A question that is too long for an address. */
const ask = (row: Omit<Row, "method">): HttpRoute => read({ ...row, method: "POST", isRead: true });
const write = (row: Row): HttpRoute => read({ ...row, access: "role: platform" });

const entityRoutes: readonly HttpRoute[] = [
  read({ method: "GET", path: "/api/catalog/entities", handle: listEntities }),
  read({
    method: "GET",
    path: "/api/catalog/entities/by-query",
    handle: (ctx, request) => byQuery(ctx, request, readQueryParams(request.url.searchParams)),
  }),
  ask({
    path: "/api/catalog/entities/by-query",
    handle: async (ctx, request) => byQuery(ctx, request, readQueryBody(await request.readJson())),
  }),
  read({ method: "GET", path: "/api/catalog/entities/by-name/:kind/:namespace/:name", handle: byName }),
  read({
    method: "GET",
    path: "/api/catalog/entities/by-name/:kind/:namespace/:name/ancestry",
    handle: ancestry,
  }),
  read({ method: "GET", path: "/api/catalog/entities/by-uid/:uid", handle: byUid }),
  write({ method: "DELETE", path: "/api/catalog/entities/by-uid/:uid", handle: deleteByUid }),
  ask({ path: "/api/catalog/entities/by-refs", handle: byRefs }),
  read({
    method: "GET",
    path: "/api/catalog/entity-facets",
    handle: (ctx, request) => {
      const { searchParams } = request.url;
      return facets(ctx, request, searchParams.getAll("facet"), readFilters(searchParams.getAll("filter")));
    },
  }),
  ask({ path: "/api/catalog/entity-facets", handle: facetsByBody }),
];

const locationRoutes: readonly HttpRoute[] = [
  read({ method: "GET", path: "/api/catalog/locations", handle: listLocations }),
  write({ method: "POST", path: "/api/catalog/locations", handle: addLocation }),
  ask({ path: "/api/catalog/locations/by-query", handle: queryLocations }),
  read({ method: "GET", path: "/api/catalog/locations/:id", handle: getLocation }),
  write({ method: "PUT", path: "/api/catalog/locations/:id", handle: putLocation }),
  write({ method: "DELETE", path: "/api/catalog/locations/:id", handle: deleteLocation }),
  read({
    method: "GET",
    path: "/api/catalog/locations/by-entity/:kind/:namespace/:name",
    handle: locationByEntity,
  }),
  write({ method: "POST", path: "/api/catalog/refresh", handle: refresh }),
  write({ method: "POST", path: "/api/catalog/analyze-location", handle: analyzeLocation }),
  ask({ path: "/api/catalog/validate-entity", handle: validate }),
];

/** Backstage's catalogue API, as `@backstage/catalog-client` calls it, and the list as CSV. */
export const catalogRoutes: readonly HttpRoute[] = [
  ...entityRoutes,
  ...locationRoutes,
  {
    method: "GET",
    path: "/api/v1/catalog/entities.csv",
    access: "signed in",
    limit: "export",
    handle: entitiesCsv,
  },
];
