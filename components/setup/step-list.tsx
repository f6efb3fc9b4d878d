import { Check } from "lucide-react";
import { classes } from "#components/ui/classes.ts";
import { isStepDone, type SetupFacts, type SetupStep, setupSteps } from "#server/installation/model.ts";

export const stepNames: Record<SetupStep, string> = {
  provider: "Sign-in",
  admin: "First admin",
  github: "GitHub",
  "time-zone": "Time zone",
  secrets: "Secrets",
  finish: "Finish",
};

type Props = { shown: SetupStep; facts: SetupFacts; onChoose: (step: SetupStep) => void };

/** The way through the setup: what is done, where one is, and back to what was done. */
export function StepList({ shown, facts, onChoose }: Props) {
  return (
    <nav aria-label="Steps of the setup">
      <ol className="flex flex-wrap gap-1 md:flex-col">
        {setupSteps.map((step, index) => {
          const isDone = isStepDone(step, facts);
          const isShown = step === shown;
          return (
            <li key={step}>
              <button
                type="button"
                aria-current={isShown ? "step" : undefined}
                onClick={() => onChoose(step)}
                className={classes(
                  "flex h-8 w-full items-center gap-2.5 rounded-control px-2 text-left text-table",
                  isShown ? "bg-pressed font-medium text-fg" : "text-fg-soft hover:bg-hover hover:text-fg",
                )}
              >
                <span aria-hidden className="tabular inline-flex w-4 justify-center text-muted text-small">
                  {isDone ? <Check size={14} className="text-success" /> : index + 1}
                </span>
                {stepNames[step]}
                {isDone ? <span className="sr-only">, done</span> : null}
              </button>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
