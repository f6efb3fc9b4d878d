import type { WindowBody } from "#server/delivery/figures/answer.ts";
import type { Comparison, Figures } from "#server/delivery/figures/figure.ts";
import type { Distribution } from "#server/delivery/figures/figures-answer.ts";

const plainComparison = (comparison: Comparison | null) => {
  if (!comparison) return null;
  const { words: _, ...rest } = comparison;
  return rest;
};

const plainDistribution = ({ n, buckets }: Distribution) => ({
  n,
  buckets: buckets.map(({ from, to, count }) => ({ from, to, count })),
});

/** A window's figures as a page has them, without words: all that is left can be recomputed. */
export function plainFigures({ figures, distributions, coverage, unreviewed, reworked }: WindowBody) {
  return {
    figures: Object.fromEntries(Object.entries(figures).map(([metric, figure]) => [metric, plain(figure)])),
    distributions: {
      leadTime: plainDistribution(distributions.leadTime),
      recovery: plainDistribution(distributions.recovery),
    },
    coverage,
    unreviewed,
    reworked,
  };
}

function plain(figure: Figures[keyof Figures]) {
  const { title: _, reasonWords: __, definition: ___, band, comparison, ...rest } = figure;
  const { rangeWords: ____, ...values } = { rangeWords: null, ...rest };
  return { ...values, band: band?.position ?? null, comparison: plainComparison(comparison) };
}
