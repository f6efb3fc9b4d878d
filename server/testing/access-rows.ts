import { expect } from "vitest";
import type { Who } from "./access-expected.ts";
import type { Caller } from "./callers.ts";
import type { World } from "./world.ts";

export type ProcedureRow = {
  who: Who;
  /** An input that only the actor can make fail. */
  input?: (world: World) => unknown;
  /** What a caller who may gets to see, where that depends on who asks. */
  sees?: (answer: never, caller: Caller, world: World) => void;
};

const platform: Who = ["platform"];
const everything = () => ({});
const ours = (world: World) => ({ ref: world.ours });
const ourService = (world: World) => ({ entityRef: world.ours });
const bothServices = (world: World) => ({ refs: [world.ours, world.theirs] });

/** Null for tokens, which belong to no team. */
export const teamOf = (caller: Caller) => (caller.kind === "person" ? caller.team : null);

/** Who may call what, as it is meant: written by hand and apart from the router, so that either can be wrong. */
export const procedureRows: Readonly<Record<string, ProcedureRow>> = {
  "audit.list": { who: platform, input: everything },
  "audit.types": { who: platform },
  "catalog.byRef": { who: "signed in", input: ours },
  "catalog.cancelImport": { who: platform, input: (world) => ({ id: world.waitingLocation }) },
  "catalog.count": { who: "signed in", input: everything },
  "catalog.definition": { who: "signed in", input: (world) => ({ ref: world.api }) },
  "catalog.facets": { who: "signed in", input: everything },
  "catalog.list": { who: "signed in", input: everything },
  "catalog.location": { who: "signed in", input: (world) => ({ id: world.importedLocation }) },
  "catalog.locations": { who: "signed in" },
  "catalog.myServices": {
    who: "signed in",
    sees: (answer: { items: { ref: string }[]; total: number }, caller, world) => {
      const team = teamOf(caller);
      const mine = team === "own team" ? [world.ours] : team === "other team" ? [world.theirs] : [];
      expect(answer.items.map((item) => item.ref)).toEqual(mine);
      expect(answer.total).toBe(mine.length);
    },
  },
  "catalog.problems": { who: "signed in", input: everything },
  "catalog.raw": { who: "signed in", input: ours },
  "catalog.register": { who: platform, input: (world) => ({ target: `${world.folder}/another` }) },
  "catalog.reimport": { who: platform, input: (world) => ({ id: world.importedLocation }) },
  "catalog.related": { who: "signed in", input: (world) => ({ ref: world.ours, type: "ownedBy" }) },
  "catalog.removeLocation": { who: platform, input: (world) => ({ id: world.importedLocation }) },
  "catalog.search": { who: "signed in", input: () => ({ query: "service" }) },
  "catalog.unowned": { who: "signed in", input: everything },
  "delivery.deployment": { who: "signed in", input: (world) => ({ id: world.deployment }) },
  "delivery.deployments": { who: "signed in", input: ourService },
  "delivery.incidents": { who: "signed in", input: ourService },
  "delivery.lastDeployments": { who: "signed in", input: bothServices },
  "delivery.openIncidents": { who: "signed in", input: bothServices },
  "delivery.runs": { who: "signed in", input: ourService },
  "delivery.service": { who: "signed in", input: ourService },
  "delivery.unmatched": { who: platform, input: everything },
  "delivery.weekly": { who: "signed in", input: ourService },
  "demo.remove": { who: platform },
  "demo.state": { who: "anyone" },
  "github.count": { who: platform, input: everything },
  "github.deliveries": { who: platform, input: everything },
  "github.delivery": { who: platform, input: (world) => ({ id: world.webhook }) },
  "github.facets": { who: platform },
  "github.replay": { who: platform, input: (world) => ({ id: world.webhook }) },
  "github.status": { who: platform },
  "identity.createToken": {
    who: { peopleOnly: ["platform"] },
    input: () => ({ name: "New", role: "developer", scopes: ["read"] }),
  },
  "identity.finishTour": { who: "people only" },
  "identity.me": {
    who: "signed in",
    sees: (answer: { id: string; groupRefs: string[] } | null, caller) => {
      if (caller.kind !== "person") return expect(answer).toBeNull();
      const teams = { "own team": ["ours"], "other team": ["theirs"], "no team": [] }[caller.team];
      const above = teams.length > 0 ? ["engineering"] : [];
      expect(answer?.id).toBe(caller.userId);
      expect([...(answer?.groupRefs ?? [])].sort()).toEqual(
        [...above, ...teams].map((name) => `group:default/${name}`),
      );
    },
  },
  "identity.revokeToken": {
    who: { peopleOnly: ["platform"] },
    input: (world) => ({ id: world.tokenToRevoke }),
  },
  "identity.setShortcuts": { who: "people only", input: () => ({ isOn: false }) },
  "identity.tokens": { who: platform },
  "installation.current": { who: "anyone" },
  "notifications.inbox": {
    who: "signed in",
    sees: (answer: { rows: unknown[]; unread: number }, caller) => {
      const count = teamOf(caller) === "own team" ? 1 : 0;
      expect([answer.rows.length, answer.unread]).toEqual([count, count]);
    },
  },
  "notifications.markRead": { who: "people only" },
};

export type RestRow = { who: Who; path: (world: World) => string; body?: (world: World) => unknown };

/** The same for REST: the row's name is that of the table, its path one that is answered. */
export const restRows: Readonly<Record<string, RestRow>> = {
  "POST /api/auth/demo": {
    who: "anyone",
    path: () => "/api/auth/demo",
    body: (world) => ({ personId: world.demoPerson }),
  },
  "POST /api/auth/sign-out": { who: "anyone", path: () => "/api/auth/sign-out", body: everything },
  "GET /api/catalog/entities/by-name/:kind/:namespace/:name": {
    who: "signed in",
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
