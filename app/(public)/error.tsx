"use client";

import { PageFailure } from "#components/layout/page-failure.tsx";

export default function PublicError({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return (
    <main className="px-4">
      <PageFailure error={error} onRetry={reset} />
    </main>
  );
}
