import { expect } from "vitest";
import { everything, ours, type ProcedureRow, platform, type RestRow, teamOf } from "./row.ts";

export const catalogProcedures: Readonly<Record<string, ProcedureRow>> = {
  "catalog.byRef": { who: "signed in", isOurs: true, input: ours },
  "catalog.cancelImport": { who: platform, input: (world) => ({ id: world.waitingLocation }) },
  "catalog.count": { who: "signed in", input: everything },
  "catalog.definition": { who: "signed in", isOurs: true, input: (world) => ({ ref: world.api }) },
  "catalog.facets": { who: "signed in", input: everything },
  "catalog.list": { who: "signed in", input: everything },
  "catalog.location": { who: "insiders", input: (world) => ({ id: world.importedLocation }) },
  "catalog.locations": { who: "insiders" },
  "catalog.myServices": {
    who: "signed in",
    sees: (answer: { items: { ref: string }[]; total: number }, caller, world) => {
      const team = teamOf(caller);
      const mine = team === "own team" ? [world.ours] : team === "other team" ? [world.theirs] : [];
      expect(answer.items.map((item) => item.ref)).toEqual(mine);
      expect(answer.total).toBe(mine.length);
    },
  },
  "catalog.problems": { who: "insiders", input: everything },
  "catalog.raw": { who: "signed in", isOurs: true, input: ours },
  "catalog.register": { who: platform, input: (world) => ({ target: `${world.folder}/another` }) },
  "catalog.reimport": { who: platform, input: (world) => ({ id: world.importedLocation }) },
  "catalog.related": { who: "signed in", input: (world) => ({ ref: world.ours, type: "ownedBy" }) },
  "catalog.removeLocation": { who: platform, input: (world) => ({ id: world.importedLocation }) },
  "catalog.search": { who: "signed in", input: () => ({ query: "service" }) },
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
  "GET /api/v1/catalog/entities.csv": {
    who: "signed in",
    path: () => "/api/v1/catalog/entities.csv?query=service",
  },
};
