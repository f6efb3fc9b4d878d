import { randomUUID } from "node:crypto";
import type { Who } from "../access-expected.ts";
import type { World } from "../world.ts";
import { adminOnly, ofOurTeam, ourService, type ProcedureRow, platform, type RestRow } from "./row.ts";

const reporters: Who = { roles: ["platform"], orMaintainers: "ours" };
const cdEvent = (world: World, id: string) => ({
  context: {
    specversion: "0.5.1",
    id,
    source: "/ci",
    type: "dev.cdevents.service.deployed.0.3.0",
    timestamp: "2026-02-03T14:27:05Z",
  },
  subject: {
    id: world.ours,
    content: { environment: { id: "production" }, artifactId: "pkg:oci/app@1.2.3" },
  },
});
const candidate = (world: World) => ({ entityRef: world.ours, source: "tag" as const });

export const deliverySourceProcedures: Readonly<Record<string, ProcedureRow>> = {
  "deliverySources.assignIncident": {
    who: platform,
    input: (world) => ({ source: "opsgenie", key: world.lostIncident, entityRef: world.theirs }),
  },
  "deliverySources.incidents": { who: "signed in", isOurs: true, input: ourService },
  "deliverySources.openIncident": {
    who: "our owners or platform",
    input: (world) => ({ entityRef: world.ours, title: "It is down", severity: "major" }),
  },
  "deliverySources.ofService": { who: "signed in", isOurs: true, input: ourService },
  "deliverySources.preview": { who: "signed in", isOurs: true, input: candidate },
  "deliverySources.receivers": { who: platform },
  "deliverySources.removeReceiver": { who: adminOnly, input: (world) => ({ id: world.receiver }) },
  "deliverySources.resolveIncident": {
    who: "our owners or platform",
    input: (world) => ({ key: world.ownIncident }),
  },
  "deliverySources.save": {
    who: ofOurTeam,
    input: (world) => ({
      ...candidate(world),
      rulesVersion: world.sourceVersion,
      reason: "We release by tag",
    }),
  },
  "deliverySources.saveReceiver": {
    who: adminOnly,
    input: () => ({ kind: "alertmanager", name: `Alerts ${randomUUID()}` }),
  },
  "deliverySources.saveTiers": {
    who: platform,
    input: () => ({ rules: [{ pattern: "eu-*", tier: "production" }], reason: "Regions" }),
  },
  "deliverySources.simulate": { who: ofOurTeam, input: candidate },
  "deliverySources.tiers": { who: platform },
  "deliverySources.tryTiers": { who: platform, input: () => ({ rules: [] }) },
  "deliverySources.unmatchedIncidents": { who: platform },
};

export const deliverySourceRoutes: Readonly<Record<string, RestRow>> = {
  "POST /api/v1/delivery/deployments": {
    who: reporters,
    path: () => "/api/v1/delivery/deployments",
    body: (world) => ({
      entityRef: world.ours,
      key: "job-1",
      status: "succeeded",
      environment: "production",
    }),
  },
  "POST /api/v1/delivery/incidents": {
    who: reporters,
    path: () => "/api/v1/delivery/incidents",
    body: (world) => ({ entityRefs: [world.ours], key: "inc-1", status: "opened", title: "It is down" }),
  },
  "POST /api/v1/delivery/cdevents": {
    who: reporters,
    path: () => "/api/v1/delivery/cdevents",
    body: (world) => cdEvent(world, "event-1"),
  },
  "POST /api/webhooks/cdevents": {
    who: reporters,
    path: () => "/api/webhooks/cdevents",
    body: (world) => cdEvent(world, "event-2"),
  },
};
