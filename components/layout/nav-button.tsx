"use client";

import { Menu } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import type { Role } from "./places.ts";

const NavSheet = lazy(() => import("./nav-sheet.tsx"));

/** On phones, where the rail has no room. */
export function NavButton({ role }: { role: Role }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <span className="-ml-2 sm:hidden">
      <Button
        tone="quiet"
        label="Places"
        icon={<Menu aria-hidden size={16} />}
        aria-expanded={isOpen}
        aria-haspopup="dialog"
        onClick={() => setIsOpen(true)}
      />
      {isOpen ? (
        <Suspense>
          <NavSheet role={role} onClose={() => setIsOpen(false)} />
        </Suspense>
      ) : null}
    </span>
  );
}
