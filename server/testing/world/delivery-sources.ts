import type { Ctx } from "#server/core/context.ts";
import { importExternal } from "#server/delivery/external/import-external.ts";
import { startSimulation } from "#server/delivery/simulation/start-simulation.ts";
import { workSimulation } from "#server/delivery/simulation/work-simulation.ts";
import { mergeIncidents } from "#server/delivery/sources/merge-reported.ts";
import { openIncident } from "#server/delivery/sources/own-incidents.ts";
import { saveReceiver } from "#server/delivery/sources/receivers.ts";
import { testKeyring } from "../keyring.ts";

/** A receiver of alerts, an open incident of a service, and one that came under a name that no Component has. */
export async function addDeliverySources(ctx: Ctx, ours: string) {
  const receiver = { kind: "alertmanager" as const, name: "Alerts", isOn: true, renews: false };
  const { id } = await saveReceiver(ctx, receiver, testKeyring);
  const { key } = await openIncident(ctx, {
    entityRef: ours,
    title: "Checkout is slow",
    severity: "minor",
    deploymentId: null,
  });
  const at = new Date("2026-01-05T10:00:00Z");
  await mergeIncidents(ctx, [
    {
      source: "opsgenie",
      key: "lost-1",
      hints: ["service:nobody-knows"],
      title: "Something is down",
      openedAt: at,
      resolvedAt: null,
      asOf: at,
      asOfGuid: "lost",
    },
  ]);
  const simulations = await addSimulations(ctx);
  const { id: externalFile } = await importExternal(ctx, {
    text: "service,deployed at,commit\nours,2026-01-05T10:00:00Z,abcdef0\n",
    tool: "Another tool",
    fileName: "deployments.csv",
  });
  return {
    receiver: id,
    ownIncident: key,
    lostIncident: "lost-1",
    sourceVersion: 1,
    simulations,
    externalFile,
  };
}

/** Other rules: tried on every service, and waiting to be tried. */
async function addSimulations(ctx: Ctx): Promise<{ done: string; open: string }> {
  const { id: done } = await startSimulation(ctx, { weekStartsOn: 7 });
  await workSimulation(ctx, () => false);
  const { id: open } = await startSimulation(ctx, { weekStartsOn: 6 });
  return { done, open };
}
