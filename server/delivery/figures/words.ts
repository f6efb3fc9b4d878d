import type { Coverage, Observed, Reason } from "./model.ts";

/** "1 week", "3 weeks" */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

export const percentWords = (share: number): string => {
  const percent = share * 100;
  return `${percent > 0 && percent < 10 ? Math.round(percent * 10) / 10 : Math.round(percent)} %`;
};

const wait = "It comes by itself as soon as there is more.";

export function reasonWords(reason: Reason, about: { n: number; minimum: number; unit: string }): string {
  const words: Record<Reason, string> = {
    no_services: "None of the services here has a delivery history yet.",
    not_observed:
      "Nothing could have been seen in this window: observation began later, or webhooks are missing and could not be had again.",
    importing: "The past of this window is still being imported.",
    no_incident_source:
      "No failure was seen, but no source of incidents is connected either, so that is no sign that nothing failed.",
    below_minimum: `${about.n} of at least ${about.minimum} ${about.unit}: too few for a summary. ${wait}`,
    not_reached: "More than half of the failures are not over yet, so the time in the middle is not known.",
    none: "No deployment has a confirmed failure in this window.",
  };
  return words[reason];
}

/** "84 % of deployments attributed, 3 excluded by the team, 2 of 12 weeks were not fully seen" */
export function coverageWords(coverage: Coverage, observed: Observed, services: number): string | null {
  const parts: string[] = [];
  if (coverage.deployments > 0)
    parts.push(`${percentWords(coverage.attributed / coverage.deployments)} of deployments attributed`);
  if (coverage.unknown > 0) parts.push(`${coverage.unknown} with unknown changes`);
  if (coverage.excluded > 0) parts.push(`${coverage.excluded} excluded by the team`);
  const { unseenWeeks, weeks, unseenServices, incidentSources } = observed;
  if (unseenWeeks > 0) {
    const whose = services > 1 ? ` (up to ${unseenServices} of ${services} services)` : "";
    parts.push(
      `${unseenWeeks} of ${counted(weeks, "week")} ${unseenWeeks === 1 ? "was" : "were"} not fully seen${whose}`,
    );
  }
  if (incidentSources > 0 && incidentSources < services)
    parts.push(`incidents can be seen for ${incidentSources} of ${services} services`);
  return parts.length === 0 ? null : parts.join(", ");
}

/** "12 % confirmed, up to 21 % with 9 unreviewed" */
export function rangeWords(rate: { confirmed: number; suggested: number; judged: number }): string {
  const confirmed = `${percentWords(rate.confirmed / rate.judged)} confirmed`;
  if (rate.suggested === 0) return `${confirmed}, nothing unreviewed`;
  const upTo = percentWords((rate.confirmed + rate.suggested) / rate.judged);
  return `${confirmed}, up to ${upTo} with ${rate.suggested} unreviewed`;
}
