"use client";

import { useQueryErrorResetBoundary } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { startTransition, useEffect } from "react";
import { WhyNot } from "#components/identity/no-access.tsx";
import { errorWords } from "#components/trpc/error-words.ts";
import { Button } from "#components/ui/button.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import type { Granter } from "#server/core/refusal.ts";

type Props = {
  error: Error & {
    digest?: string;
    data?: { code?: string; requestId?: string; grantedBy?: readonly Granter[] } | null;
  };
  onRetry: () => void;
};

/** What a page shows when it could not be made: refused, gone, or failed with the id to quote. */
export function PageFailure({ error, onRetry }: Props) {
  const router = useRouter();
  const { reset } = useQueryErrorResetBoundary();
  const code = error.data?.code;
  useEffect(() => {
    if (code === "UNAUTHORIZED")
      location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
  }, [code]);
  const retry = () =>
    startTransition(() => {
      reset();
      router.refresh();
      onRetry();
    });
  if (code === "FORBIDDEN") {
    return (
      <EmptyState kind="noAccess" title={error.message}>
        <WhyNot grantedBy={error.data?.grantedBy ?? ["admin"]} />
      </EmptyState>
    );
  }
  if (code === "NOT_FOUND") {
    return (
      <EmptyState
        kind="nothing"
        title={error.message}
        action={<ButtonLink href="/catalog">Go to the catalog</ButtonLink>}
      >
        It may have been removed since the link was made.
      </EmptyState>
    );
  }
  const words = errorWords(error.data === undefined && error.digest ? { data: {} } : error);
  return (
    <EmptyState
      kind="error"
      title="This page could not be loaded"
      requestId={words.requestId ?? error.digest}
      action={<Button onClick={retry}>Try again</Button>}
    >
      {words.sentence}
    </EmptyState>
  );
}
