"use client";

import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTRPC } from "#components/trpc/provider.tsx";
import type { Role } from "./places.ts";

const RemoveDemoDialog = lazy(() => import("./remove-demo-dialog.tsx"));

const look =
  "font-medium text-fg-soft underline decoration-line-strong underline-offset-3 hover:decoration-current";

/** One thin line under the top bar while this is an evaluation. */
export function EvaluationLine({ role }: { role: Role }) {
  const [isOpen, setIsOpen] = useState(false);
  const trpc = useTRPC();
  const { data: demo } = useQuery(
    trpc.demo.state.queryOptions(undefined, {
      refetchInterval: ({ state }) => (state.data?.state === "loading" ? 1_000 : false),
    }),
  );
  const mayRemove = role === "admin" || role === "platform";
  return (
    <section aria-label="Evaluation" className="border-line border-b bg-sunken text-muted text-small">
      <p className="mx-auto flex min-h-7 max-w-[1440px] items-center gap-2 px-4 sm:px-6">
        {demo?.state === "loaded" ? (
          <>
            Demo data
            <span aria-hidden>·</span>
            {mayRemove ? (
              <button
                type="button"
                className={`rounded-tight ${look}`}
                aria-haspopup="dialog"
                onClick={() => setIsOpen(true)}
              >
                Remove
              </button>
            ) : (
              <span>a platform engineer or an admin can remove it</span>
            )}
          </>
        ) : (
          <span aria-live="polite">{words(demo)}</span>
        )}
      </p>
      {isOpen ? (
        <Suspense>
          <RemoveDemoDialog onClose={() => setIsOpen(false)} />
        </Suspense>
      ) : null}
    </section>
  );
}

type Demo = {
  state: string;
  progress: { step: string; done: number; total: number } | null;
  failure: string | null;
};

function words(demo: Demo | undefined): string {
  if (demo?.failure) return `The demo data could not be loaded: ${demo.failure}`;
  if (demo?.state !== "loading") return "Evaluation on this machine only";
  const { progress } = demo;
  if (!progress) return "Demo data is loading";
  const share = progress.total > 0 ? `, ${Math.floor((100 * progress.done) / progress.total)}%` : "";
  return `Demo data is loading: ${progress.step}${share}`;
}
