"use client";

import { lazy, type ReactNode, Suspense, useState } from "react";
import type { AskEvidence } from "#server/delivery/figures/inputs.ts";
import type { Metric } from "#server/delivery/figures/model.ts";

const EvidenceDrawer = lazy(() => import("./evidence-drawer.tsx"));

/** What a figure was asked for; its evidence is asked for with the same. */
export type Asked = {
  scope: AskEvidence["scope"];
  days?: number | undefined;
  from?: string | undefined;
  to?: string | undefined;
  exclusions?: boolean | undefined;
  bots?: boolean | undefined;
  ownership?: "now" | "then" | undefined;
};

type Props = {
  asked: Asked;
  metric: Metric;
  /** One of `evidenceParts[metric]`. */
  part: string;
  /** What the rows are, for the drawer's title and for whoever cannot see the number: "Deployments to production". */
  label: string;
  /** The number as it stands on the page. */
  children: ReactNode;
};

/** A number that opens to the very rows that it counts. */
export function EvidenceLink({ asked, metric, part, label, children }: Props) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        aria-haspopup="dialog"
        data-tip="Show what it rests on"
        className="rounded-tight text-left underline decoration-line-strong decoration-dotted underline-offset-3 hover:decoration-current"
        onClick={() => setIsOpen(true)}
      >
        {children}
        <span className="sr-only">({label}: show what it rests on)</span>
      </button>
      {isOpen ? (
        <Suspense>
          <EvidenceDrawer
            asked={asked}
            metric={metric}
            part={part}
            label={label}
            onClose={() => setIsOpen(false)}
          />
        </Suspense>
      ) : null}
    </>
  );
}
