import { type ReactNode, useState } from "react";
import { type Asked, EvidenceLink } from "#components/delivery/evidence/evidence-link.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { Status } from "#components/ui/status.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import type { Figures } from "#server/delivery/figures/figure.ts";
import type { FiguresAnswer } from "#server/delivery/figures/figures-answer.ts";
import type { Metric } from "#server/delivery/figures/model.ts";
import { evidenceParts } from "#server/delivery/figures/model.ts";
import { BandMark } from "./band-mark.tsx";
import { ComparisonWords } from "./comparison-words.tsx";
import { EvidenceDots } from "./evidence-dots.tsx";
import { intervalText, valueText } from "./figure-words.ts";
import { PartList } from "./part-list.tsx";
import { SparkLine } from "./spark-line.tsx";
import { sparkOf } from "./week-points.ts";

type Props = {
  figure: Figures[Metric];
  asked: Asked;
  weeks: FiguresAnswer["weeks"];
  /** What this figure alone has to say. */
  children?: ReactNode;
};

/** One figure: its value with interval, where it lies, what changed, and what it is made of. */
export function FigureTile({ figure, asked, weeks, children }: Props) {
  const { metric, title, interval, unit, band, comparison, counts } = figure;
  const headingId = `figure-${metric}`;
  return (
    <article aria-labelledby={headingId} className="flex min-w-0 flex-col gap-1.5 border-line border-t py-3">
      <div className="flex items-baseline gap-2">
        <h3 id={headingId} className="min-w-0 flex-1 font-medium text-table">
          {title}
        </h3>
        <TextLink
          href={`#how-${metric}`}
          className="text-muted text-small"
          aria-label={`How is this computed: ${title}`}
        >
          How is this computed
        </TextLink>
      </div>
      <div className="flex min-h-8 items-center gap-4">
        <div className="min-w-0 flex-1">
          <Value figure={figure} asked={asked} />
        </div>
        <SparkLine values={weeks.map((week) => sparkOf(metric, week))} />
      </div>
      {figure.value !== null && interval ? (
        <p className="tabular text-muted text-small">95 % interval: {intervalText(interval, unit)}</p>
      ) : null}
      {children}
      {band ? <BandMark band={band} /> : null}
      {comparison ? <ComparisonWords comparison={comparison} unit={unit} /> : null}
      <Disputed asked={asked} metric={metric} count={counts.disputed} />
      <PartList asked={asked} metric={metric} counts={counts} />
    </article>
  );
}

/** Somebody says that what is counted here is wrong, and its team has not answered yet. */
function Disputed({ asked, metric, count }: { asked: Asked; metric: Metric; count: number }) {
  // Once it was there it stays: whoever settles the last one is still in its list.
  const [wasThere, setWasThere] = useState(count > 0);
  if (count > 0 && !wasThere) setWasThere(true);
  if (count === 0 && !wasThere) return null;
  return (
    <Status tone={count > 0 ? "warning" : "neutral"} className="text-small">
      <EvidenceLink asked={asked} metric={metric} part="disputed" label="Disputed, and not settled yet">
        {numberText(count)} disputed
      </EvidenceLink>
    </Status>
  );
}

function Value({ figure, asked }: Pick<Props, "figure" | "asked">) {
  const { metric, title, value, unit, reason, reasonWords, n } = figure;
  if (value === null)
    return (
      <>
        <p className="max-w-[52ch] text-fg-soft text-table">{reasonWords}</p>
        {reason === "below_minimum" && n > 0 ? <EvidenceDots asked={asked} metric={metric} /> : null}
      </>
    );
  const words = valueText(value, unit);
  return (
    <p className="tabular font-semibold text-figure">
      <EvidenceLink asked={asked} metric={metric} part={evidenceParts[metric][0]} label={title}>
        {words.number}
        <span className="font-normal text-muted text-section"> {words.unit}</span>
      </EvidenceLink>
    </p>
  );
}
