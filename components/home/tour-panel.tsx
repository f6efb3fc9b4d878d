"use client";

import { useMutation } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useRouter } from "next/navigation";
import { type ReactNode, useEffect } from "react";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { classes } from "#components/ui/classes.ts";
import { tourSteps } from "./tour-steps.ts";

type Props = { hasDemo: boolean; at: number | null; onStep: (at: number) => void; onEnd: () => void };

/** Beside the page, not over it: one reads a step and looks at what it tells of. */
export default function TourPanel({ hasDemo, at, onStep, onEnd }: Props) {
  const steps = tourSteps(hasDemo);
  const router = useRouter();
  const trpc = useTRPC();
  const finish = useMutation(trpc.identity.finishTour.mutationOptions());
  const step = at === null ? undefined : steps[at];
  const href = step?.href;
  useEffect(() => {
    if (href) router.push(href);
  }, [href, router]);
  const end = () => {
    finish.mutate();
    onEnd();
  };
  if (!step || at === null) {
    return (
      <Panel title="New here?" text="Five steps through the portal, about two minutes." onEnd={end}>
        <Button tone="quiet" onClick={end}>
          Not now
        </Button>
        <Button tone="primary" onClick={() => onStep(0)}>
          Start the tour
        </Button>
      </Panel>
    );
  }
  const isLast = at === steps.length - 1;
  return (
    <Panel title={step.title} text={step.text} onEnd={end} place={`Step ${at + 1} of ${steps.length}`}>
      <Dots count={steps.length} at={at} />
      <Button
        tone="quiet"
        disabledReason={at === 0 ? "This is the first step" : null}
        onClick={() => onStep(at - 1)}
      >
        Back
      </Button>
      <Button tone="primary" onClick={() => (isLast ? end() : onStep(at + 1))}>
        {isLast ? "Finish" : "Next"}
      </Button>
    </Panel>
  );
}

type PanelProps = { title: string; text: string; place?: string; onEnd: () => void; children: ReactNode };

function Panel({ title, text, place, onEnd, children }: PanelProps) {
  return (
    <aside
      aria-label="Tour"
      className="fixed right-4 bottom-4 z-30 w-[min(360px,calc(100vw-32px))] animate-rise floating rounded-panel p-4"
    >
      <div className="flex items-start gap-2">
        <div aria-live="polite" className="min-w-0 flex-1">
          {place ? <p className="tabular pb-0.5 text-muted text-small">{place}</p> : null}
          <h2 className="font-semibold text-section">{title}</h2>
          <p className="pt-1 text-fg-soft text-table">{text}</p>
        </div>
        <span className="-mt-1 -mr-1.5">
          <Button
            tone="quiet"
            size="small"
            label="End the tour"
            icon={<X aria-hidden size={16} />}
            onClick={onEnd}
          />
        </span>
      </div>
      <div className="flex items-center justify-end gap-2 pt-4">{children}</div>
    </aside>
  );
}

function Dots({ count, at }: { count: number; at: number }) {
  return (
    <span aria-hidden className="mr-auto flex gap-1.5">
      {Array.from({ length: count }, (_, index) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: a dot is its place
          key={index}
          className={classes("size-1.5 rounded-full", index === at ? "bg-accent" : "bg-n7")}
        />
      ))}
    </span>
  );
}
