import { valueText } from "#components/delivery/figures/figure-words.ts";
import { countText, numberText } from "#components/ui/number-text.ts";
import type { StatusTone } from "#components/ui/status.tsx";
import { tierWords } from "#server/delivery/model.ts";
import {
  type OrganisationRules,
  type RuleDraft,
  type SideFigure,
  type SimulationState,
  type SimulationSummary,
  weekdayName,
} from "#server/delivery/simulation/model.ts";
import { sourceWords } from "#server/delivery/sources/model.ts";

export const stateTones: Readonly<Record<SimulationState, StatusTone>> = {
  waiting: "neutral",
  running: "info",
  done: "success",
  cancelled: "neutral",
  saved: "success",
};

/** What the draft changes, a line for each rule. */
export function draftLines(
  draft: RuleDraft,
  standing: OrganisationRules,
): { term: string; now: string; after: string }[] {
  const { tiers, defaultSource, weekStartsOn, timeZone } = draft;
  const tierText = (rules: OrganisationRules["tiers"]) =>
    rules.map(({ pattern, tier }) => `${pattern} is ${tierWords[tier]}`).join(", then ") || "No rule";
  return [
    ...(tiers
      ? [{ term: "What environments are for", now: tierText(standing.tiers), after: tierText(tiers) }]
      : []),
    ...(defaultSource
      ? [
          {
            term: "Where nothing is chosen",
            now: sourceWords[standing.defaultSource],
            after: sourceWords[defaultSource],
          },
        ]
      : []),
    ...(weekStartsOn
      ? [
          {
            term: "Weeks start on",
            now: weekdayName(standing.weekStartsOn),
            after: weekdayName(weekStartsOn),
          },
        ]
      : []),
    ...(timeZone ? [{ term: "Time zone", now: standing.timeZone, after: timeZone }] : []),
  ];
}

/** "Environments, weeks" */
export function draftTitle({ tiers, defaultSource, weekStartsOn, timeZone }: RuleDraft): string {
  const parts = [
    tiers ? "What environments are for" : null,
    defaultSource ? `Where nothing is chosen: ${sourceWords[defaultSource]}` : null,
    weekStartsOn ? `Weeks start on ${weekdayName(weekStartsOn)}` : null,
    timeZone ? `Time zone ${timeZone}` : null,
  ].filter((part) => part !== null);
  return parts.join("; ");
}

/** "12 of 340 services change. Deployments: 812 now, 790 then (5 come in, 27 go out)." */
export function summaryText({
  changed,
  worked,
  deployments,
  cameIn,
  wentOut,
  altered,
}: SimulationSummary): string {
  if (worked === 0) return "No service has been worked out.";
  if (changed === 0) return `None of ${countText(worked, "service")} changes.`;
  const moved = [
    cameIn > 0 ? `${numberText(cameIn)} come in` : null,
    wentOut > 0 ? `${numberText(wentOut)} go out` : null,
    altered > 0 ? `${numberText(altered)} count differently` : null,
  ].filter((part) => part !== null);
  const { before, after } = deployments;
  const total =
    before === after
      ? `${numberText(before)} before and after`
      : `${numberText(before)} now, ${numberText(after)} then`;
  return `${numberText(changed)} of ${countText(worked, "service")} ${changed === 1 ? "changes" : "change"}. Deployments: ${total}${
    moved.length > 0 ? ` (${moved.join(", ")})` : ""
  }.`;
}

/** A figure without a value has its reason beside it where there is room. */
export function shortText({ value, unit }: SideFigure): string {
  if (value === null) return "—";
  const { number, unit: after } = valueText(value, unit);
  return `${number} ${after}`.trim();
}

export const coverageText = ({
  deployments,
  attributed,
}: {
  deployments: number;
  attributed: number;
}): string => (deployments === 0 ? "—" : `${Math.round((100 * attributed) / deployments)} %`);
