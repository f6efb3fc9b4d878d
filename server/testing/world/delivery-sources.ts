import type { Ctx } from "#server/core/context.ts";
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
  return { receiver: id, ownIncident: key, lostIncident: "lost-1", sourceVersion: 1 };
}
