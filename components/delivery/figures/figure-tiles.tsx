import type { ReactNode } from "react";
import { type Asked, EvidenceLink } from "#components/delivery/evidence/evidence-link.tsx";
import { countText, numberText } from "#components/ui/number-text.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import type { ChangeFailRateFigure, Figures } from "#server/delivery/figures/figure.ts";
import type { FiguresAnswer } from "#server/delivery/figures/figures-answer.ts";
import { BandNote } from "./band-mark.tsx";
import { FigureTile } from "./figure-tile.tsx";
import { durationText, shareText } from "./figure-words.ts";

/** `queue` is the address at which suggestions are judged. */
type Props = { answer: FiguresAnswer; asked: Asked; queue: string };

/** Both sides share their rows, so that figures that stand beside each other are equally high. */
const side = "md:row-span-4 md:grid md:grid-rows-subgrid";

/** How much gets through on the left, and what it breaks on the right: neither is ever seen without the other. */
export function FigureTiles({ answer: { figures, weeks, unreviewed }, asked, queue }: Props) {
  const shared = { asked, weeks };
  const { frequency, leadTime, changeFailRate, recovery, rework, failedRollouts } = figures;
  const hasBand = [frequency, leadTime, recovery].some(({ band }) => band !== null);
  return (
    <div className="flex flex-col gap-3">
      <div className="grid grid-cols-[minmax(0,1fr)] gap-x-12 gap-y-6 md:grid-cols-2 md:grid-rows-[auto_auto_auto_auto] md:gap-y-0">
        <Section title="Throughput" className={side}>
          <FigureTile figure={frequency} {...shared}>
            <FrequencyLine figure={frequency} isOfOne={asked.scope.kind === "service"} />
          </FigureTile>
          <FigureTile figure={leadTime} {...shared}>
            <LeadTimeLine figure={leadTime} isOfOne={asked.scope.kind === "service"} />
          </FigureTile>
          <FigureTile figure={recovery} {...shared}>
            <RecoveryLine figure={recovery} />
          </FigureTile>
        </Section>
        <Section title="Instability" className={side}>
          <FigureTile figure={changeFailRate} {...shared}>
            <FailLine figure={changeFailRate} asked={asked} waiting={unreviewed} queue={queue} />
          </FigureTile>
          <FigureTile figure={rework} {...shared}>
            {rework.value === null ? null : (
              <Line>Mean of DORA's survey of 2025: {shareText(rework.surveyMean)}</Line>
            )}
          </FigureTile>
          <FigureTile figure={failedRollouts} {...shared}>
            {failedRollouts.value === null ? null : (
              <Line>It tells of the pipeline, not of the changes.</Line>
            )}
          </FigureTile>
        </Section>
      </div>
      {hasBand ? <BandNote /> : null}
    </div>
  );
}

const Line = ({ children }: { children: ReactNode }) => (
  <p className="tabular text-fg-soft text-small">{children}</p>
);

function FrequencyLine({ figure, isOfOne }: { figure: Figures["frequency"]; isOfOne: boolean }) {
  if (figure.distinctDays === 0) return null;
  const between = isOfOne ? "apart" : "between two of the same service";
  const gap = figure.medianGap === null ? "" : `, usually ${durationText(figure.medianGap)} ${between}`;
  return (
    <Line>
      On {countText(figure.distinctDays, "day", "different days")}
      {gap}; {countText(figure.completeWeeks, "complete week")}
    </Line>
  );
}

function LeadTimeLine({ figure, isOfOne }: { figure: Figures["leadTime"]; isOfOne: boolean }) {
  const { value, p75, p90, counts } = figure;
  return (
    <>
      {value === null || p75 === null || p90 === null ? null : (
        <Line>
          Three in four within {durationText(p75)}, nine in ten within {durationText(p90)}
        </Line>
      )}
      {isOfOne || counts.changes === 0 ? null : (
        <Line>A change that reached several services counts once for each of them.</Line>
      )}
    </>
  );
}

function RecoveryLine({ figure }: { figure: Figures["recovery"] }) {
  const { detection, repair, oldestOpenAt } = figure;
  return (
    <>
      {detection !== null && repair !== null ? (
        <Line>
          Noticed after {durationText(detection)}, repaired {durationText(repair)} later (of{" "}
          {countText(figure.withDetection, "failure")} with an incident)
        </Line>
      ) : null}
      {oldestOpenAt ? (
        <Line>
          The oldest that has not recovered yet began <RelativeTime at={oldestOpenAt} />
        </Line>
      ) : null}
    </>
  );
}

type FailProps = {
  figure: ChangeFailRateFigure;
  asked: Asked;
  waiting: FiguresAnswer["unreviewed"];
  queue: string;
};

/** The rate never stands without its range: what nobody has judged yet may raise it. */
function FailLine({ figure, asked, waiting, queue }: FailProps) {
  const { rangeWords, unreviewed, value, surveyMean } = figure;
  return (
    <>
      {rangeWords ? (
        <p className="tabular font-medium text-table">
          {unreviewed > 0 ? (
            <EvidenceLink
              asked={asked}
              metric="changeFailRate"
              part="suggested"
              label="Suggestions that nobody has reviewed"
            >
              {rangeWords}
            </EvidenceLink>
          ) : (
            rangeWords
          )}
        </p>
      ) : null}
      <Line>
        <TextLink href={queue}>
          {waiting.count > 0 ? `Review ${countText(waiting.count, "suggestion")}` : "Failures to review"}
        </TextLink>
        {waiting.count === 0 ? ": none is waiting" : null}
        {waiting.count > unreviewed
          ? `, ${unreviewed === 0 ? "none" : numberText(unreviewed)} of them in this rate`
          : null}
        {waiting.oldestAt ? (
          <>
            ; the oldest is from <RelativeTime at={waiting.oldestAt} />
          </>
        ) : null}
      </Line>
      {value === null ? null : <Line>Mean of DORA's survey of 2025: {shareText(surveyMean)}</Line>}
    </>
  );
}
