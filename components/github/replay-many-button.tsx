"use client";

import { lazy, Suspense, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import type { ListDeliveries } from "#server/github/inputs.ts";

const ReplayManyDialog = lazy(() => import("./replay-many-dialog.tsx"));

/** Begins with what the log is filtered by. */
export function ReplayManyButton({ filter }: { filter: ListDeliveries }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setIsOpen(true)}>Replay many</Button>
      {isOpen ? (
        <Suspense>
          <ReplayManyDialog filter={filter} onClose={() => setIsOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
