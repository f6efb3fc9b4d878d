"use client";

import { Button } from "#components/ui/button.tsx";
import { countText } from "#components/ui/number-text.ts";

/** What can be done with the rows that are selected. */
export function SelectionBar({ refs, onClear }: { refs: string[]; onClear: () => void }) {
  if (refs.length === 0) return null;
  return (
    <div className="pointer-events-none sticky bottom-4 z-10 flex justify-center">
      <div className="pointer-events-auto flex animate-rise items-center gap-2 floating rounded-panel py-1.5 pr-1.5 pl-3 text-table">
        <output className="tabular pr-2 font-medium">
          {countText(refs.length, "entry", "entries")} selected
        </output>
        <Button size="small" data-copy={refs.join("\n")}>
          Copy references
        </Button>
        <Button size="small" tone="quiet" onClick={onClear}>
          Clear
        </Button>
      </div>
    </div>
  );
}
