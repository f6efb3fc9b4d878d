import { Notice } from "#components/ui/notice.tsx";
import { countText, numberText } from "#components/ui/number-text.ts";
import { ProgressBar } from "#components/ui/progress-bar.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { asSentence } from "#components/ui/sentence.ts";
import { Status, type StatusTone } from "#components/ui/status.tsx";
import {
  estimateWords,
  type ImportItem,
  type ImportState,
  importStateWords,
} from "#server/delivery/back-fill/model.ts";

const tones: Record<ImportState, StatusTone> = {
  waiting: "neutral",
  running: "info",
  paused: "warning",
  done: "success",
  cancelled: "neutral",
};

/** How far the import of a connection's past is: state, bar, counts, and how long it still takes. */
export function ImportProgress({ item }: { item: ImportItem }) {
  const { repositories, slices, newest, state } = item;
  const isMoving = state === "running" || state === "waiting" || state === "paused";
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-table">
        {state === "done" && repositories.failed > 0 ? (
          <Status tone="warning">Complete but for what failed</Status>
        ) : (
          <Status tone={tones[state]}>{importStateWords[state]}</Status>
        )}
        {slices.all > 0 ? (
          <ProgressBar
            className="w-48"
            max={slices.all}
            value={slices.done}
            aria-label={`Import of ${item.name}`}
          />
        ) : null}
        <span className="tabular text-muted">
          {numberText(slices.done)} of {countText(slices.all, "slice")} of 90 days
        </span>
      </div>
      <p className="text-fg-soft text-table">
        {numberText(repositories.done)} of {countText(repositories.all, "repository", "repositories")}{" "}
        complete, {numberText(newest.done)} of{" "}
        {countText(newest.all, "service repository", "service repositories")} with their newest 90 days
        {repositories.failed > 0 ? `, ${numberText(repositories.failed)} failed` : ""}
        {repositories.gone > 0 ? `, ${numberText(repositories.gone)} gone` : ""}.{" "}
        {isMoving ? <>Time left: {estimateWords(item.estimate)}. </> : null}
        {state === "done" && item.completedAt ? (
          <>
            Complete since <RelativeTime at={item.completedAt} />.{" "}
          </>
        ) : null}
        <span className="text-muted">{countText(item.requests, "request")} to the host so far.</span>
      </p>
      {state === "paused" && item.failure ? (
        <Notice tone="warning" title={asSentence(item.failure)}>
          What was read stays.{" "}
          {item.resumeAt ? (
            <>
              It goes on by itself <RelativeTime at={item.resumeAt} />.
            </>
          ) : (
            "It goes on when that is mended."
          )}
        </Notice>
      ) : null}
    </div>
  );
}
