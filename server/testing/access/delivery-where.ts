import { expect } from "vitest";
import { isGuest } from "../access-expected.ts";
import type { Caller } from "../callers.ts";
import { adminOnly, ourService, type ProcedureRow, platform, type RestRow } from "./row.ts";

const isStranger = (caller: Caller) =>
  isGuest(caller) && caller.kind !== "nobody" && caller.team !== "own team";

export const deliveryWhereProcedures: Readonly<Record<string, ProcedureRow>> = {
  "delivery.around": { who: "signed in", isOurs: true, input: (world) => ({ ref: world.ours }) },
  "delivery.badges": { who: "signed in", isOurs: true, input: ourService },
  "delivery.commentSettings": { who: platform },
  "delivery.saveCommentSetting": {
    who: adminOnly,
    input: (world) => ({ connectionId: world.connection, isOn: true }),
  },
  "delivery.makeBadge": {
    who: "our owners or platform",
    isOurs: true,
    input: (world) => ({ entityRef: world.ours, kind: "frequency" }),
  },
  "delivery.revokeBadge": {
    who: "our owners or platform",
    isOurs: true,
    input: (world) => ({ id: world.badge.id }),
  },
  "delivery.timeline": {
    who: "signed in",
    input: () => ({ tier: "all" }),
    sees: (answer: { deployments: { ref: string }[] }, caller, world) => {
      const refs = answer.deployments.map(({ ref }) => ref);
      if (isStranger(caller)) expect(refs).not.toContain(world.ours);
      else if (isGuest(caller)) expect(refs).not.toContain(world.theirs);
    },
  },
  "delivery.weeklySummary": {
    who: "signed in",
    isOurs: true,
    input: () => ({ teamRef: "group:default/ours", day: "2026-01-07" }),
  },
  "delivery.where": {
    who: "signed in",
    input: () => ({ text: "acme/our-service#1" }),
    sees: (answer: { changes: unknown[] }, caller) => {
      if (isStranger(caller)) expect(answer.changes).toEqual([]);
    },
  },
  "delivery.whereMatrix": { who: "signed in", input: ourService },
};

export const deliveryWhereRoutes: Readonly<Record<string, RestRow>> = {
  "GET /api/v1/delivery/where": {
    who: "signed in",
    isOurs: true,
    path: () => "/api/v1/delivery/where?repository=acme/our-service&pull=1",
  },
  "GET /api/v1/delivery/matrix": {
    who: "signed in",
    path: (world) => `/api/v1/delivery/matrix?ref=${world.ours}`,
  },
  "GET /api/v1/delivery/around": {
    who: "signed in",
    isOurs: true,
    path: (world) => `/api/v1/delivery/around?ref=${world.ours}`,
  },
  "GET /api/v1/delivery/timeline": { who: "signed in", path: () => "/api/v1/delivery/timeline?tier=all" },
  "GET /badges/:token.svg": { who: "anyone", path: (world) => world.badge.path },
};
