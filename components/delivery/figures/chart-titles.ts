import { countText, numberText } from "#components/ui/number-text.ts";
import type { Figures } from "#server/delivery/figures/figure.ts";
import { metricWords } from "#server/delivery/figures/model.ts";
import { durationText, valueText } from "./figure-words.ts";

/** Titles of charts state what was found, as far as something was. */
export const chartTitles = {
  frequency: ({ frequency }: Figures): string => {
    if (frequency.value === null) return "Deployments to production";
    const { number } = valueText(frequency.value, frequency.unit);
    return `${number === "1" ? "1 deployment" : `${number} deployments`} in the week in the middle`;
  },
  outcome: ({ changeFailRate: { counts } }: Figures): string =>
    counts.deployments === 0
      ? "What became of deployments"
      : `${countText(counts.confirmed, "confirmed failure")} in ${countText(counts.deployments, "deployment")}`,
  leadTime: ({ leadTime: { value, p90 } }: Figures): string =>
    value === null || p90 === null
      ? metricWords.leadTime
      : `Half of the changes were live within ${durationText(value)}, nine in ten within ${durationText(p90)}`,
  rework: ({ rework: { counts } }: Figures): string =>
    counts.deployments === 0
      ? "Repairs and failed rollouts"
      : `${numberText(counts.rework)} of ${countText(counts.deployments, "deployment")} repaired something`,
  leadSpread: ({ leadTime: { counts } }: Figures): string =>
    counts.changes === 0
      ? "How change lead times are spread"
      : `How the change lead times of ${countText(counts.changes, "change")} are spread`,
  recoverySpread: (n: number): string => `${countText(n, "failed deployment")} recovered in this window`,
};
