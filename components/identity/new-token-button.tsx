"use client";

import { lazy, Suspense, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import type { Role } from "#server/core/actor.ts";

const NewTokenDialog = lazy(() => import("./new-token-dialog.tsx"));

export function NewTokenButton({ roles }: { roles: readonly Role[] }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Button tone="primary" onClick={() => setIsOpen(true)}>
        New token
      </Button>
      {isOpen ? (
        <Suspense>
          <NewTokenDialog roles={roles} onClose={() => setIsOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
