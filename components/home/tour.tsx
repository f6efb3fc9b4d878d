"use client";

import { usePathname } from "next/navigation";
import { lazy, Suspense, useEffect, useState } from "react";
import { onShellRequest } from "#components/layout/shell-events.ts";

const TourPanel = lazy(() => import("./tour-panel.tsx"));

/**
 * Offers the tour on Home until it was taken or declined, and starts it when asked for. `at` is the step, counted from 0;
 * null while nothing was begun. The panel loads when it is shown.
 */
export function Tour({ isOffered, hasDemo }: { isOffered: boolean; hasDemo: boolean }) {
  const [at, setAt] = useState<number | null>(null);
  const [isDeclined, setIsDeclined] = useState(false);
  const [isReady, setIsReady] = useState(false);
  const isHome = usePathname() === "/";
  useEffect(() => {
    setIsReady(true);
    return onShellRequest("tour", () => setAt(0));
  }, []);
  if (!isReady || (at === null && (!isOffered || isDeclined || !isHome))) return null;
  const end = () => {
    setIsDeclined(true);
    setAt(null);
  };
  return (
    <Suspense>
      <TourPanel hasDemo={hasDemo} at={at} onStep={setAt} onEnd={end} />
    </Suspense>
  );
}
