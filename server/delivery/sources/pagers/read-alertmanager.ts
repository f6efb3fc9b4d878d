import { z } from "zod";
import {
  moment,
  serviceHint,
  severityOf,
  type Told,
  titleOf,
  unreadable,
  webAddress,
  words,
} from "./told.ts";

const labels = z.record(z.string(), z.string()).default({});
const alert = {
  labels,
  annotations: labels,
  startsAt: moment,
  generatorURL: z.string().nullish(),
  fingerprint: words,
};
const endsBefore = { path: ["endsAt"], message: "lies before startsAt" };
const Webhook = z.object({
  alerts: z
    .array(
      z.discriminatedUnion("status", [
        // While it fires, the end is a guess, or the year 1.
        z.object({ ...alert, status: z.literal("firing") }),
        z
          .object({ ...alert, status: z.literal("resolved"), endsAt: moment })
          .refine(({ startsAt, endsAt }) => endsAt >= startsAt, endsBefore),
      ]),
    )
    .max(10_000),
});

const advice =
  "Enter this address under webhook_configs of Alertmanager itself: it sends version 4 by itself.";

/** Labels that name a service, the surest first. */
const serviceLabels = ["milepost_ref", "service", "component", "app_kubernetes_io_name", "app"];

/**
 * A notification of Prometheus' Alertmanager (webhook_config, version 4): each alert is an incident of its own, which ends
 * when it is resolved; the same alert firing again later starts at another moment and is another incident.
 */
export function readAlertmanager(body: unknown): Told {
  const read = Webhook.safeParse(body);
  if (!read.success) return unreadable(read.error, body, advice);
  const incidents = read.data.alerts.map((alert) => {
    const isOver = alert.status === "resolved";
    const asOf = isOver ? alert.endsAt : alert.startsAt;
    const named = serviceLabels.map((name) => alert.labels[name]).find((value) => value?.trim());
    return {
      key: `${alert.fingerprint}@${alert.startsAt.toISOString()}`,
      hints: named ? [serviceHint(named)] : [],
      title: titleOf(alert.annotations.summary || alert.labels.alertname || "An alert without a name"),
      severity: severityOf(alert.labels.severity),
      url: webAddress(alert.annotations.runbook_url) ?? webAddress(alert.generatorURL),
      openedAt: alert.startsAt,
      resolvedAt: isOver ? asOf : null,
      // An end at the beginning still is later than the beginning itself.
      asOf: isOver && asOf <= alert.startsAt ? new Date(alert.startsAt.getTime() + 1) : asOf,
    };
  });
  return { state: "told", incidents };
}
