"use client";

import { useQueryErrorResetBoundary } from "@tanstack/react-query";
import { Component, type ReactNode, Suspense } from "react";
import { errorWords } from "#components/trpc/error-words.ts";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";

type Props = {
  /** What failed: "The deployments could not be loaded". Null for what may be missing without a word. */
  failure: string | null;
  fallback: ReactNode;
  children: ReactNode;
};

/** A part of a page that waits and fails by itself: its neighbours stay. */
export function QueryBoundary({ failure, fallback, children }: Props) {
  const { reset } = useQueryErrorResetBoundary();
  return (
    <Boundary failure={failure} onReset={reset}>
      <Suspense fallback={fallback}>{children}</Suspense>
    </Boundary>
  );
}

type BoundaryProps = { failure: string | null; onReset: () => void; children: ReactNode };

class Boundary extends Component<BoundaryProps, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (error === null) return this.props.children;
    if (this.props.failure === null) return null;
    const words = errorWords(error);
    const isRefused = (error as { data?: { code?: string } | null }).data?.code === "FORBIDDEN";
    if (isRefused) return <EmptyState kind="noAccess" isCompact title={words.sentence} />;
    return (
      <EmptyState
        kind="error"
        isCompact
        title={this.props.failure}
        requestId={words.requestId}
        action={
          <Button
            size="small"
            onClick={() => {
              this.props.onReset();
              this.setState({ error: null });
            }}
          >
            Try again
          </Button>
        }
      >
        {words.sentence}
      </EmptyState>
    );
  }
}
