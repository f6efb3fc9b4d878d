import { ChartFrame } from "#components/charts/chart-frame.tsx";
import { countText } from "#components/ui/number-text.ts";
import type { LeadTimeFigure } from "#server/delivery/figures/figure.ts";
import { stages, stageWords } from "#server/delivery/figures/model.ts";
import { durationText } from "./figure-words.ts";

/** Where the time of a change goes. Beside each other and not in a row: medians of parts do not add up to that of the whole. */
export function StageBars({ figure }: { figure: LeadTimeFigure }) {
  const known = stages.flatMap((stage) => {
    const seconds = figure.stages[stage];
    return seconds === null ? [] : [{ stage, seconds }];
  });
  if (known.length === 0)
    return (
      <p className="self-center py-4 text-muted text-table">
        No change with a pull request in this window, so its stages are not known.
      </p>
    );
  const longest = known.reduce((most, one) => (one.seconds > most.seconds ? one : most));
  const title = `${stageWords[longest.stage]} takes the longest: ${durationText(longest.seconds)} in the middle`;
  return (
    <ChartFrame
      title={longest.seconds === 0 ? "Stages of a change" : title}
      note={`Medians of ${countText(figure.withStages, "change")} with a pull request; they do not add up to the whole`}
      fileName="lead-time-stages"
      hasPicture={false}
      rows={[
        ["Stage", "In the middle"],
        ...stages.map((stage) => [stageWords[stage], wordsOf(figure.stages[stage])]),
      ]}
    >
      <dl className="grid grid-cols-[minmax(7rem,auto)_minmax(0,1fr)_auto] items-center gap-x-3 gap-y-3 pt-2 text-table">
        {stages.map((stage) => {
          const seconds = figure.stages[stage];
          return (
            <div key={stage} className="contents">
              <dt>{stageWords[stage]}</dt>
              <dd aria-hidden className="h-4">
                {seconds === null ? null : (
                  <span
                    className="block h-full min-w-0.5 rounded-r-tight bg-[var(--color-chart-1)]"
                    style={{ width: `${longest.seconds === 0 ? 0 : (seconds / longest.seconds) * 100}%` }}
                  />
                )}
              </dd>
              <dd className="tabular text-right">
                {wordsOf(seconds) || <span className="text-muted">not known</span>}
              </dd>
            </div>
          );
        })}
      </dl>
    </ChartFrame>
  );
}

const wordsOf = (seconds: number | null) => (seconds === null ? "" : durationText(seconds));
