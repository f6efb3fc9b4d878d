"use client";

import { lazy, Suspense, useState } from "react";
import { Button } from "#components/ui/button.tsx";

const NewSecretDialog = lazy(() => import("./new-secret-dialog.tsx"));

export function NewSecretButton() {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setIsOpen(true)}>New secret</Button>
      {isOpen ? (
        <Suspense>
          <NewSecretDialog onClose={() => setIsOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
