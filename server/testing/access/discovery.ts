import { expect } from "vitest";
import type { Caller } from "../callers.ts";
import type { World } from "../world.ts";
import { everything, type ProcedureRow, platform } from "./row.ts";

const connection = (world: World) => ({ connectionId: world.discovered.connection });
const open = (world: World) => ({ ids: [world.discovered.open] });

/** Of a private repository not even the name is told to those who may not read it, unless they run the portal. */
const seesOnlyOwn = (answer: { items: unknown[] }, caller: Caller) => {
  const runsIt = "role" in caller && (caller.role === "platform" || caller.role === "admin");
  expect(answer.items.length > 0).toBe(runsIt);
};

export const discoveryProcedures: Readonly<Record<string, ProcedureRow>> = {
  "discovery.adopt": { who: platform, input: open },
  "discovery.allowPeople": {
    who: ["admin"],
    input: (world) => ({ locationId: world.importedLocation, isAllowed: true }),
  },
  "discovery.cancel": { who: platform, input: connection },
  "discovery.dismiss": { who: platform, input: (world) => ({ ...open(world), reason: "Of no use" }) },
  "discovery.facets": { who: "insiders", input: everything },
  "discovery.list": { who: "insiders" },
  "discovery.openPullRequests": { who: platform, input: (world) => ({ ids: [world.discovered.adopted] }) },
  "discovery.proposals": { who: "insiders", input: everything, sees: seesOnlyOwn },
  "discovery.reopen": { who: platform, input: (world) => ({ ids: [world.discovered.dismissed] }) },
  "discovery.run": { who: platform, input: connection },
  "discovery.saveScope": {
    who: platform,
    input: (world) => ({
      ...connection(world),
      paths: ["catalog-info.yaml"],
      branch: null,
      included: [],
      excluded: [],
      withArchived: false,
      withForks: false,
      withPeople: true,
      withProposals: true,
    }),
  },
  "discovery.source": { who: "insiders", input: (world) => ({ id: world.importedLocation }) },
  "discovery.troubled": { who: "insiders", input: connection, sees: seesOnlyOwn },
};
