"use client";

import { List } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import type { NavItem } from "#server/docs/model.ts";

const DocsNavSheet = lazy(() => import("./docs-nav-sheet.tsx"));

type Props = { entityRef: string; title: string; items: readonly NavItem[]; current: string };

/** On narrow screens the pages are behind a button. */
export function DocsNavButton(props: Props) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setIsOpen(true)}>
        <List aria-hidden size={16} />
        Pages
      </Button>
      {isOpen ? (
        <Suspense>
          <DocsNavSheet {...props} onClose={() => setIsOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
