import { z } from "zod";
import {
  ignored,
  isOfOurTime,
  serviceHint,
  severityOf,
  type Told,
  titleOf,
  unreadable,
  words,
} from "./told.ts";

/** Milliseconds since 1970; some versions send nanoseconds. */
const epoch = z
  .number()
  .positive()
  .transform((value) => new Date(value > 1e14 ? value / 1e6 : value))
  .refine(isOfOurTime, "does not lie between the years 2000 and 2200");

const Webhook = z.object({
  action: words,
  alert: z.object({
    alertId: words,
    message: z.string().trim().min(1),
    tags: z.array(z.string()).nullish(),
    entity: z.string().nullish(),
    priority: z.string().nullish(),
    details: z.record(z.string(), z.unknown()).nullish(),
    createdAt: epoch,
    updatedAt: epoch.nullish(),
  }),
});

const advice = "Use the integration named Webhook, and let it send all data of the alert.";

const ending = new Set(["Close", "Delete"]);
const beginning = new Set(["Create", "Acknowledge", "UnAcknowledge", "Escalate", "AssignOwnership"]);

/**
 * An alert as Opsgenie and Jira Service Management send it ("Webhook integration", alert data). The service is named by a
 * tag `service:<name>`, the extra property `service`, or the entity.
 */
export function readOpsgenie(body: unknown): Told {
  const read = Webhook.safeParse(body);
  if (!read.success) return unreadable(read.error, body, advice);
  const { action, alert } = read.data;
  const isOver = ending.has(action);
  if (!isOver && !beginning.has(action)) return ignored(`${action} changes nothing that counts`);
  const named = [
    ...(alert.tags ?? []).flatMap((tag) => /^service[:=](.+)$/i.exec(tag)?.[1] ?? []),
    ...(typeof alert.details?.service === "string" ? [alert.details.service] : []),
    ...(alert.entity ? [alert.entity] : []),
  ];
  // The moment at which it began would make it end in no time.
  if (isOver && !(alert.updatedAt && alert.updatedAt >= alert.createdAt))
    return {
      state: "unreadable",
      reason:
        "alert.updatedAt does not say when the alert was closed. Let the integration send all data of the alert.",
    };
  const asOf = action === "Create" ? alert.createdAt : (alert.updatedAt ?? alert.createdAt);
  return {
    state: "told",
    incidents: [
      {
        key: alert.alertId,
        hints: [...new Set(named.filter((name) => name.trim()).map(serviceHint))],
        title: titleOf(alert.message),
        severity: severityOf(alert.priority),
        url: null,
        openedAt: alert.createdAt,
        resolvedAt: isOver ? asOf : null,
        asOf,
      },
    ],
  };
}
