import { expect } from "vitest";
import type { ProcedureRow, RestRow } from "./row.ts";

const base = "/api/v1/apis/api/default/our-api";

export const apiProcedures: Readonly<Record<string, ProcedureRow>> = {
  "apis.comparison": {
    who: "signed in",
    isOurs: true,
    input: (world) => ({ ref: world.api, from: 1, to: 2 }),
  },
  "apis.consumers": { who: "signed in", isOurs: true, input: (world) => ({ ref: world.api }) },
  "apis.definition": { who: "signed in", isOurs: true, input: (world) => ({ ref: world.api }) },
  "apis.operation": {
    who: "signed in",
    isOurs: true,
    input: (world) => ({ ref: world.api, number: 1, name: "listThings" }),
  },
  "apis.schema": {
    who: "signed in",
    isOurs: true,
    input: (world) => ({ ref: world.api, number: 1, name: "Thing" }),
  },
  "apis.text": { who: "signed in", isOurs: true, input: (world) => ({ ref: world.api }) },
  "graph.around": {
    who: "signed in",
    isOurs: true,
    input: (world) => ({ root: world.ours, depth: 6 }),
    sees: (answer: { nodes: { ref: string }[]; total: number }, caller) => {
      const others = answer.nodes.filter(({ ref }) => /their|ghost/.test(ref));
      const isGuest = caller.kind !== "nobody" && caller.role === "guest";
      expect(others.length > 0).toBe(!isGuest);
      expect(answer.total).toBe(answer.nodes.length);
    },
  },
  "graph.impact": {
    who: "signed in",
    isOurs: true,
    input: (world) => ({ ref: world.ours }),
    sees: (answer: { items: { ref: string }[]; total: number }, caller, world) => {
      const isGuest = caller.kind !== "nobody" && caller.role === "guest";
      expect(answer.items.map(({ ref }) => ref)).toEqual(isGuest ? [world.api] : [world.api, world.theirs]);
      expect(answer.total).toBe(isGuest ? 1 : 2);
    },
  },
};

export const apiRoutes: Readonly<Record<string, RestRow>> = {
  "GET /api/v1/apis/:kind/:namespace/:name/versions": {
    who: "signed in",
    isOurs: true,
    path: () => `${base}/versions`,
  },
  "GET /api/v1/apis/:kind/:namespace/:name/diff": {
    who: "signed in",
    isOurs: true,
    path: () => `${base}/diff?from=1&to=2`,
  },
  "GET /api/v1/apis/:kind/:namespace/:name/definition": {
    who: "signed in",
    isOurs: true,
    path: () => `${base}/definition`,
  },
  "GET /api/v1/catalog/graph.csv": {
    who: "signed in",
    isOurs: true,
    path: () => "/api/v1/catalog/graph.csv?root=component:our-service&depth=3",
  },
  "GET /api/v1/catalog/impact.csv": {
    who: "signed in",
    isOurs: true,
    path: () => "/api/v1/catalog/impact.csv?ref=component:our-service",
  },
};
