"use client";

import { ListFilter } from "lucide-react";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { classes } from "#components/ui/classes.ts";
import { ListKeys } from "#components/ui/list-keys.tsx";
import { useListState } from "./list-state.tsx";

const FacetSheet = lazy(() => import("./facet-sheet.tsx"));

type Props = {
  /** The filters: a column at the left, a sheet under 1200 px; null where there is nothing to filter. */
  facets: ReactNode;
  /** How many filters are set, for the button of the sheet. */
  filterCount: number;
  search: ReactNode;
  /** At the right of the search: count, density, download. */
  tools: ReactNode;
  children: ReactNode;
};

/** The one template of lists of things. */
export function IndexLayout({ facets, filterCount, search, tools, children }: Props) {
  const [isOpen, setIsOpen] = useState(false);
  const { isPending } = useListState();
  return (
    <div className="flex items-start gap-8 pt-3">
      {facets === null ? null : (
        <aside
          aria-label="Filters"
          className="sticky top-[calc(var(--top-height)+12px)] max-h-[calc(100dvh-var(--top-height)-24px)] w-48 shrink-0 overflow-y-auto pb-4 max-lg:hidden"
        >
          {facets}
        </aside>
      )}
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-center gap-2 pb-3">
          <div className="min-w-0 flex-1 basis-60">{search}</div>
          {facets === null ? null : (
            <span className="lg:hidden">
              <Button aria-haspopup="dialog" onClick={() => setIsOpen(true)}>
                <ListFilter aria-hidden size={14} />
                Filter{filterCount > 0 ? ` (${filterCount})` : ""}
              </Button>
            </span>
          )}
          {tools}
        </div>
        <div
          aria-busy={isPending}
          className={classes("transition-opacity duration-160", isPending && "opacity-60 delay-200")}
        >
          {children}
        </div>
      </div>
      <ListKeys />
      {isOpen ? (
        <Suspense>
          <FacetSheet onClose={() => setIsOpen(false)}>{facets}</FacetSheet>
        </Suspense>
      ) : null}
    </div>
  );
}
