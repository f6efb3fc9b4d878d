import type { ReactNode } from "react";
import { NavButton } from "./nav-button.tsx";
import { PaletteButton } from "./palette-button.tsx";
import type { Role } from "./places.ts";

export function TopBar({ role, children }: { role: Role; children: ReactNode }) {
  return (
    <header className="sticky top-0 z-20 shrink-0 border-line border-b bg-canvas">
      <div className="mx-auto flex h-(--top-height) max-w-[1440px] items-center gap-1 px-4 sm:px-6">
        <NavButton role={role} />
        <PaletteButton />
        <span className="flex-1" />
        {children}
      </div>
    </header>
  );
}
