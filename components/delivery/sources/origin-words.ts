import type { ReportedIncidentRow } from "#server/delivery/sources/read-incidents.ts";

/** Who told of an incident. */
export const originWords: Readonly<Record<ReportedIncidentRow["source"], string>> = {
  portal: "Reported here",
  api: "Reported by a program",
  pagerduty: "PagerDuty",
  opsgenie: "Opsgenie",
  alertmanager: "Alertmanager",
  cdevents: "CDEvents",
};
