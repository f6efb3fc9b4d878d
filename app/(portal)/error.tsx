"use client";

import { PageFailure } from "#components/layout/page-failure.tsx";

export default function PortalError({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return <PageFailure error={error} onRetry={reset} />;
}
