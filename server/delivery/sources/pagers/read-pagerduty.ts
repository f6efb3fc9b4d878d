import { z } from "zod";
import {
  ignored,
  moment,
  serviceHint,
  severityOf,
  type Told,
  titleOf,
  unreadable,
  webAddress,
  words,
} from "./told.ts";

const advice =
  "Send V3 webhooks from PagerDuty itself, for the events of incidents, without a body of your own.";

const Event = z.object({ event: z.object({ event_type: words, occurred_at: moment }) });
const Incident = z.object({
  event: z.object({
    data: z.object({
      id: words,
      html_url: z.string().nullish(),
      status: words,
      created_at: moment,
      title: z.string().trim().min(1),
      service: z.object({ id: words, summary: z.string().nullish() }).nullish(),
      priority: z.object({ summary: z.string().nullish() }).nullish(),
      urgency: z.string().nullish(),
    }),
  }),
});

/**
 * A V3 webhook of PagerDuty ("Webhooks Overview", V3): what happened stands in `event.event_type`, the incident as it then
 * was in `event.data`. Its service is found by the annotation pagerduty.com/service-id, else by its name.
 */
export function readPagerDuty(body: unknown): Told {
  const head = Event.safeParse(body);
  if (!head.success) return unreadable(head.error, body, advice);
  const { event_type: type, occurred_at: asOf } = head.data.event;
  if (!type.startsWith("incident.")) return ignored(`${type} is about no incident`);
  const read = Incident.safeParse(body);
  if (!read.success)
    // Notes, responders and updates carry an object of their own in place of the incident.
    return /^incident\.(triggered|resolved|reopened|acknowledged)$/.test(type)
      ? unreadable(read.error, body, advice)
      : ignored(`${type} changes nothing that counts`);
  const { data } = read.data.event;
  const isResolved = type === "incident.resolved";
  if (isResolved && asOf < data.created_at)
    return {
      state: "unreadable",
      reason:
        "event.occurred_at lies before event.data.created_at, when the incident began. Resolve it in PagerDuty once more.",
    };
  if (!isResolved && data.status === "resolved") return ignored(`${type} of an incident that is resolved`);
  return {
    state: "told",
    incidents: [
      {
        key: data.id,
        hints: [
          ...(data.service ? [`pagerduty:${data.service.id.toLowerCase()}`] : []),
          ...(data.service?.summary ? [serviceHint(data.service.summary)] : []),
        ],
        title: titleOf(data.title),
        severity: severityOf(data.priority?.summary ?? data.urgency),
        url: webAddress(data.html_url),
        openedAt: data.created_at,
        resolvedAt: isResolved ? asOf : null,
        asOf,
      },
    ],
  };
}
