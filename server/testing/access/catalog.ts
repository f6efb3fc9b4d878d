import { expect } from "vitest";
import { adminOnly, everything, ours, type ProcedureRow, platform, type RestRow, teamOf } from "./row.ts";

export const catalogProcedures: Readonly<Record<string, ProcedureRow>> = {
  "catalog.byRef": { who: "signed in", isOurs: true, input: ours },
  "catalog.cancelImport": { who: platform, input: (world) => ({ id: world.waitingLocation }) },
  "catalog.count": { who: "signed in", input: everything },
  "catalog.definition": { who: "signed in", isOurs: true, input: (world) => ({ ref: world.api }) },
  "catalog.facets": { who: "signed in", input: everything },
  "catalog.list": { who: "signed in", input: everything },
  "catalog.location": { who: "insiders", input: (world) => ({ id: world.importedLocation }) },
  "catalog.locations": { who: "insiders", input: () => ({}) },
  "catalog.myServices": {
    who: "signed in",
    sees: (answer: { items: { ref: string }[]; total: number }, caller, world) => {
      const team = teamOf(caller);
      const mine =
        team === "own team"
          ? ["component:default/found-adopted", world.ours]
          : team === "other team"
            ? [world.theirs]
            : [];
      expect(answer.items.map((item) => item.ref)).toEqual(mine);
      expect(answer.total).toBe(mine.length);
    },
  },
  "catalog.problems": { who: "insiders", input: everything },
  "catalog.raw": { who: "signed in", isOurs: true, input: ours },
  "catalog.readingRules": { who: platform },
  "catalog.removeReadingRule": { who: adminOnly, input: (world) => ({ id: world.readingRule }) },
  "catalog.saveReadingRule": {
    who: adminOnly,
    input: () => ({ pattern: "acme/*", groupRef: "group:default/ours" }),
  },
  "catalog.register": { who: platform, input: (world) => ({ target: `${world.folder}/another` }) },
  "catalog.reimport": { who: platform, input: (world) => ({ id: world.importedLocation }) },
  "catalog.related": { who: "signed in", input: (world) => ({ ref: world.ours, type: "ownedBy" }) },
  "catalog.removeLocation": { who: platform, input: (world) => ({ id: world.importedLocation }) },
  "catalog.unowned": { who: "signed in", input: everything },
};

export const catalogRoutes: Readonly<Record<string, RestRow>> = {
  "GET /api/catalog/entities/by-name/:kind/:namespace/:name": {
    who: "signed in",
    isOurs: true,
    path: () => "/api/catalog/entities/by-name/component/default/our-service",
  },
  "GET /api/catalog/entities/by-query": {
    who: "signed in",
    path: () => "/api/catalog/entities/by-query?filter=kind=component&orderField=metadata.name,desc&limit=2",
  },
  "POST /api/catalog/entities/by-query": {
    who: "signed in",
    path: () => "/api/catalog/entities/by-query",
    body: () => ({ query: { kind: "component" }, limit: 2 }),
  },
  "GET /api/catalog/entity-facets": {
    who: "signed in",
    path: () => "/api/catalog/entity-facets?facet=spec.owner&facet=kind",
  },
  "POST /api/catalog/entity-facets": {
    who: "signed in",
    path: () => "/api/catalog/entity-facets",
    body: () => ({ facets: ["spec.owner"] }),
  },
  "GET /api/catalog/entities": { who: "signed in", path: () => "/api/catalog/entities" },
  "GET /api/catalog/entities/by-name/:kind/:namespace/:name/ancestry": {
    who: "signed in",
    isOurs: true,
    path: () => "/api/catalog/entities/by-name/component/default/our-service/ancestry",
  },
  "GET /api/catalog/entities/by-uid/:uid": {
    who: "signed in",
    isOurs: true,
    path: (world) => `/api/catalog/entities/by-uid/${world.webLocation.uid}`,
  },
  "DELETE /api/catalog/entities/by-uid/:uid": {
    who: platform,
    path: (world) => `/api/catalog/entities/by-uid/${world.webLocation.uid}`,
  },
  "POST /api/catalog/entities/by-refs": {
    who: "signed in",
    path: () => "/api/catalog/entities/by-refs",
    body: (world) => ({ entityRefs: [world.ours, world.theirs, "component:default/lost-service"] }),
  },
  "GET /api/catalog/locations": { who: "insiders", path: () => "/api/catalog/locations" },
  "POST /api/catalog/locations": {
    who: platform,
    path: () => "/api/catalog/locations",
    body: () => ({ type: "url", target: "https://git.example.com/acme/another" }),
  },
  "POST /api/catalog/locations/by-query": {
    who: "insiders",
    path: () => "/api/catalog/locations/by-query",
    body: everything,
  },
  "GET /api/catalog/locations/:id": {
    who: "insiders",
    path: (world) => `/api/catalog/locations/${world.webLocation.id}`,
  },
  "PUT /api/catalog/locations/:id": {
    who: platform,
    path: (world) => `/api/catalog/locations/${world.webLocation.id}`,
    body: () => ({ type: "url", target: "https://git.example.com/acme/moved" }),
  },
  "DELETE /api/catalog/locations/:id": {
    who: platform,
    path: (world) => `/api/catalog/locations/${world.webLocation.id}`,
  },
  "GET /api/catalog/locations/by-entity/:kind/:namespace/:name": {
    who: "insiders",
    path: () => "/api/catalog/locations/by-entity/component/default/our-service",
  },
  "POST /api/catalog/refresh": {
    who: platform,
    path: () => "/api/catalog/refresh",
    body: (world) => ({ entityRef: world.ours }),
  },
  "POST /api/catalog/analyze-location": {
    who: platform,
    path: () => "/api/catalog/analyze-location",
    body: (world) => ({ location: { type: "url", target: world.webLocation.target } }),
  },
  "POST /api/catalog/validate-entity": {
    who: "signed in",
    path: () => "/api/catalog/validate-entity",
    body: () => ({
      entity: {
        apiVersion: "backstage.io/v1alpha1",
        kind: "System",
        metadata: { name: "a" },
        spec: { owner: "b" },
      },
      location: "url:https://git.example.com/a/b/catalog-info.yaml",
    }),
  },
  "GET /api/v1/catalog/entities.json": { who: "signed in", path: () => "/api/v1/catalog/entities.json" },
  "GET /api/v1/catalog/entities.jsonl": {
    who: "signed in",
    path: () => "/api/v1/catalog/entities.jsonl?kind=component",
  },
  "GET /api/v1/catalog/export.tar.gz": { who: "signed in", path: () => "/api/v1/catalog/export.tar.gz" },
  "GET /api/v1/catalog/export.yaml": { who: "signed in", path: () => "/api/v1/catalog/export.yaml" },
  "GET /api/v1/catalog/entities.csv": {
    who: "signed in",
    path: () => "/api/v1/catalog/entities.csv?query=service",
  },
};
