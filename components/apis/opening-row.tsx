"use client";

import { ChevronDown, ChevronRight } from "lucide-react";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { QueryBoundary } from "#components/layout/query-boundary.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { useHash } from "./use-hash.ts";

type Props = {
  /** Its address on the page: one who comes with it finds the row open and in view. */
  anchor: string;
  head: ReactNode;
  children: ReactNode;
};

/** A row that opens; what is inside is asked for then. */
export function OpeningRow({ anchor, head, children }: Props) {
  const [isOpen, setIsOpen] = useState(false);
  const hash = useHash();
  const row = useRef<HTMLLIElement>(null);
  const id = useId();
  useEffect(() => {
    if (hash !== anchor) return;
    setIsOpen(true);
    row.current?.scrollIntoView({ block: "start" });
  }, [hash, anchor]);
  const toggle = () => {
    // The address names what is open, without a step in the history for each look.
    if (!isOpen) history.replaceState(history.state, "", `#${encodeURIComponent(anchor)}`);
    setIsOpen(!isOpen);
  };
  const Arrow = isOpen ? ChevronDown : ChevronRight;
  return (
    <li
      ref={row}
      id={anchor}
      className="scroll-mt-20 border-line border-b last:border-b-0 [contain-intrinsic-size:auto_36px] [content-visibility:auto]"
    >
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={toggle}
        className="ring-inside flex min-h-9 w-full min-w-0 items-start gap-2 py-1.5 text-left hover:bg-hover"
      >
        <Arrow aria-hidden size={14} className="mt-0.75 shrink-0 text-muted" />
        {head}
      </button>
      <div id={id} hidden={!isOpen} className="pl-6">
        {isOpen ? (
          <QueryBoundary
            failure="This could not be loaded"
            fallback={<SkeletonRows rows={4} label="Loading" />}
          >
            {children}
          </QueryBoundary>
        ) : null}
      </div>
    </li>
  );
}
