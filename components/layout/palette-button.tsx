"use client";

import { Search } from "lucide-react";
import { Kbd } from "#components/ui/kbd.tsx";
import { openPalette } from "./shell-events.ts";

export function PaletteButton() {
  return (
    <button
      type="button"
      onClick={openPalette}
      aria-haspopup="dialog"
      aria-keyshortcuts="Meta+K Control+K"
      className="flex h-8 w-full min-w-0 max-w-90 items-center gap-2 rounded-control border border-line-strong bg-canvas px-2.5 text-left text-muted text-table hover:border-n7 hover:bg-hover"
    >
      <Search aria-hidden size={14} />
      <span className="min-w-0 flex-1 truncate">Search or jump to…</span>
      <span className="max-sm:hidden">
        <Kbd keys="⌘K" />
      </span>
    </button>
  );
}
