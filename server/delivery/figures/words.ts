import type { Reason } from "./figure.ts";
import type { Coverage, Missing, Observed } from "./figures-answer.ts";

/** "6,012", as pages write numbers. */
const numberWords = (count: number): string => new Intl.NumberFormat("en-US").format(count);

/** "1 week", "1,300 weeks" */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${numberWords(count)} ${count === 1 ? one : many}`;

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
    not_reached:
      "More than half of the failed deployments have not recovered yet, so the time in the middle is not known.",
    none: "No failure was confirmed in this window, so there was nothing to recover from.",
  };
  return words[reason];
}

/** "84 % of deployments attributed, 3 excluded by the team, 2 of 12 weeks were not fully seen" */
export function coverageWords(
  coverage: Coverage,
  observed: Observed,
  missing: Missing,
  services: number,
): string | null {
  const parts: string[] = [];
  if (coverage.deployments > 0)
    parts.push(`${percentWords(coverage.attributed / coverage.deployments)} of deployments attributed`);
  if (coverage.unknown > 0) parts.push(`${numberWords(coverage.unknown)} with unknown changes`);
  if (coverage.excluded > 0) parts.push(`${numberWords(coverage.excluded)} excluded by the team`);
  const { unseenWeeks, weeks, unseenServices, incidentSources } = observed;
  if (unseenWeeks > 0) {
    const whose =
      services > 1 ? ` (up to ${numberWords(unseenServices)} of ${counted(services, "service")})` : "";
    parts.push(
      `${unseenWeeks} of ${counted(weeks, "week")} ${unseenWeeks === 1 ? "was" : "were"} not fully seen${whose}`,
    );
  }
  parts.push(...missingWords(missing, services));
  if (incidentSources > 0 && incidentSources < services)
    parts.push(
      `incidents can be seen for ${numberWords(incidentSources)} of ${counted(services, "service")}`,
    );
  return parts.length === 0 ? null : parts.join(", ");
}

/** Which of the services have no part in the figures, or less than all of it. */
function missingWords(missing: Missing, services: number): string[] {
  const { unobserved, late, unread, unreadBefore } = missing;
  const inPart = "observed in a part of the window only";
  if (services === 1) return late > 0 ? [inPart] : [];
  const some = (count: number, one: string, many: string): string[] =>
    count > 0 ? [`${count} of ${services} services ${count === 1 ? one : many}`] : [];
  const failed = "since the import of the past failed";
  return [
    ...some(unobserved, "could not be seen and is missing", "could not be seen and are missing"),
    ...some(late, `was ${inPart}`, `were ${inPart}`),
    ...some(unread, `was read in part only, ${failed}`, `were read in part only, ${failed}`),
    ...some(
      unreadBefore,
      `was read in part only before this window, ${failed}`,
      `were read in part only before this window, ${failed}`,
    ),
  ];
}

/** "12 % confirmed, up to 21 % with 9 unreviewed" */
export function rangeWords(rate: { confirmed: number; suggested: number; judged: number }): string {
  const confirmed = `${percentWords(rate.confirmed / rate.judged)} confirmed`;
  if (rate.suggested === 0) return `${confirmed}, nothing unreviewed`;
  const upTo = percentWords((rate.confirmed + rate.suggested) / rate.judged);
  return `${confirmed}, up to ${upTo} with ${numberWords(rate.suggested)} unreviewed`;
}
