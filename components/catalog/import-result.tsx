import { Check, CircleDot, LoaderCircle } from "lucide-react";
import { classes } from "#components/ui/classes.ts";
import { Notice } from "#components/ui/notice.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { Section } from "#components/ui/section.tsx";
import { asSentence } from "#components/ui/sentence.ts";
import { importSteps, importStepWords, isImportOver, type LocationItem } from "#server/catalog/model.ts";

/** How the last import goes or went: the steps while it runs, what it changed when it ended. */
export function ImportResult({ location }: { location: LocationItem }) {
  if (!isImportOver(location.state)) return <Steps location={location} />;
  if (location.state === "failed") {
    return (
      <div role="alert">
        <Notice tone="danger" title="The import failed">
          {asSentence(location.failure ?? "It ended without a reason")}
          {location.entityCount > 0 ? " What was imported before is still there." : null}
        </Notice>
      </div>
    );
  }
  if (!location.counts) {
    return (
      <Notice
        tone="neutral"
        title={
          location.state === "cancelled"
            ? "The import was stopped before it changed anything"
            : "Not imported yet"
        }
      />
    );
  }
  const { added, changed, unchanged, removed } = location.counts;
  const figures: [string, number][] = [
    ["New", added],
    ["Changed", changed],
    ["The same", unchanged],
    ["File is gone", removed],
  ];
  return (
    <Section title="Last import">
      <dl className="grid grid-cols-2 gap-x-6 border-line border-b pb-4 sm:grid-cols-4">
        {figures.map(([label, figure]) => (
          <div key={label} className="flex flex-col-reverse gap-1 py-2">
            <dt className="text-muted text-small">{label}</dt>
            <dd className={classes("tabular font-semibold text-figure", figure === 0 && "text-muted")}>
              {numberText(figure)}
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

function Steps({ location: { state, progress } }: { location: LocationItem }) {
  const at = progress.step ? importSteps.indexOf(progress.step) : -1;
  return (
    <Section title={state === "waiting" ? "Waiting for its turn" : "Importing"}>
      <ol aria-live="polite">
        {importSteps.map((step, index) => (
          <li
            key={step}
            aria-current={index === at ? "step" : undefined}
            className="flex h-9 items-center gap-2.5 border-line border-b text-table last:border-b-0"
          >
            <StepIcon state={index < at ? "done" : index === at ? "now" : "later"} />
            <span className={index === at ? "font-medium" : index > at ? "text-muted" : undefined}>
              {importStepWords[step]}
            </span>
            {index === at && progress.total > 0 ? (
              <span className="tabular ml-auto text-muted">
                {numberText(progress.done)} of {numberText(progress.total)}
              </span>
            ) : null}
          </li>
        ))}
      </ol>
    </Section>
  );
}

function StepIcon({ state }: { state: "done" | "now" | "later" }) {
  if (state === "done") return <Check aria-label="Done:" size={16} className="text-success" />;
  if (state === "now") return <LoaderCircle aria-label="Now:" size={16} className="animate-spin text-info" />;
  return <CircleDot aria-label="Later:" size={16} strokeWidth={1.5} className="text-muted" />;
}
