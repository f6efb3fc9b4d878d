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

/** Pagers and labels have a number or a letter of their own, which says nothing alone. */
export const severityText = (severity: string | null): string | null =>
  severity !== null && severity.length < 3 ? `severity ${severity}` : severity;
