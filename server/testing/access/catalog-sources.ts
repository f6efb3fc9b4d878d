import { randomUUID } from "node:crypto";
import type { Who } from "../access-expected.ts";
import { adminOnly, type ProcedureRow, platform, type RestRow } from "./row.ts";

const keepers: Who = { roles: ["platform"], orMaintainers: "ours" };
const anEntry = () => `apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: { name: "r-${randomUUID()}" }
spec: { type: queue, owner: ours }
`;

export const catalogSourceProcedures: Readonly<Record<string, ProcedureRow>> = {
  "checks.list": { who: "insiders" },
  "checks.get": { who: "insiders", input: (world) => ({ id: world.check }) },
  "entries.check": { who: "signed in", input: () => ({ text: anEntry().replace("ours", "strangers") }) },
  "entries.kept": { who: "signed in", input: (world) => ({ ref: world.kept }) },
  "entries.rights": { who: "signed in" },
  "entries.save": { who: keepers, input: () => ({ text: anEntry() }) },
  "entries.remove": { who: keepers, input: (world) => ({ ref: world.kept }) },
  "entries.customSources": { who: "insiders" },
  "entries.createCustomSource": { who: adminOnly, input: () => ({ id: "another", title: "Another" }) },
  "entries.changeCustomSource": {
    who: adminOnly,
    input: (world) => ({ id: world.customSource, title: "Renamed", guardPercent: 50 }),
  },
};

export const catalogSourceRoutes: Readonly<Record<string, RestRow>> = {
  "PUT /api/v1/catalog/sources/:id": {
    who: platform,
    path: (world) => `/api/v1/catalog/sources/${world.customSource}`,
    body: () => ({ type: "delta", added: [], removed: [] }),
  },
};
