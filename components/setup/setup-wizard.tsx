"use client";

import { useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { SetupStep } from "#server/installation/model.ts";
import { AdminStep } from "./admin-step.tsx";
import { FinishStep } from "./finish-step.tsx";
import { GithubStep } from "./github-step.tsx";
import { ProviderStep } from "./provider-step.tsx";
import { SecretsStep } from "./secrets-step.tsx";
import { StepList, stepNames } from "./step-list.tsx";
import { TimeZoneStep } from "./time-zone-step.tsx";

/** What each step is handed: `onDone` asks the server anew how far the setup is, and goes to the next step. */
export type StepProps = { onDone: () => void };

const steps: Record<SetupStep, (props: StepProps) => ReactNode> = {
  provider: ProviderStep,
  admin: AdminStep,
  github: GithubStep,
  "time-zone": TimeZoneStep,
  secrets: SecretsStep,
  finish: FinishStep,
};

/**
 * The guided setup. It begins at the first step that the server does not have yet, so that a reload, another browser or a
 * start of the portal in between goes on where it was.
 */
export function SetupWizard({ failure }: { failure: string | null }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { data: state } = useSuspenseQuery(trpc.setup.state.queryOptions());
  const [shown, setShown] = useState<SetupStep>(state.next);
  const heading = useRef<HTMLHeadingElement>(null);
  const isFirst = useRef(true);
  // Somebody who hears the page is taken to the new step; not at the first paint.
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the step changes
  useEffect(() => {
    if (isFirst.current) isFirst.current = false;
    else heading.current?.focus();
  }, [shown]);
  const goOn = async () => {
    await queryClient.invalidateQueries(trpc.setup.pathFilter());
    const fresh = await queryClient.fetchQuery(trpc.setup.state.queryOptions());
    setShown(fresh.next);
  };
  const Step = steps[shown];
  return (
    <div className="grid gap-x-10 gap-y-6 pt-6 md:grid-cols-[220px_minmax(0,1fr)]">
      <StepList shown={shown} facts={state} onChoose={setShown} />
      <section aria-labelledby="step" className="min-w-0">
        <h2 id="step" ref={heading} tabIndex={-1} className="pb-1 font-semibold text-section outline-none">
          {stepNames[shown]}
        </h2>
        {failure && shown === "admin" ? (
          <div className="pb-4">
            <Notice tone="danger" title="The sign-in did not work">
              {failure}
            </Notice>
          </div>
        ) : null}
        <Step key={shown} onDone={() => void goOn()} />
      </section>
    </div>
  );
}
