"use client";

import { PanelLeft } from "lucide-react";
import { readPreference, setPreference } from "./preference.ts";

/** Where the window is wide enough to choose. */
export function RailToggle() {
  return (
    <button
      type="button"
      onClick={() => setPreference("rail", readPreference("rail") === "narrow" ? "full" : "narrow")}
      data-tip-clipped=""
      className="ring-inside hidden h-8 items-center gap-2.5 overflow-hidden rounded-control px-2.5 text-muted text-table hover:bg-hover hover:text-fg lg:flex"
    >
      <PanelLeft aria-hidden size={16} strokeWidth={1.5} />
      <span className="narrow-rail:sr-only">
        <span className="narrow-rail:hidden">Collapse</span>
        <span className="hidden narrow-rail:inline">Expand</span>
      </span>
    </button>
  );
}
