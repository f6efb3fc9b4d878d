"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { SignInWithButton } from "#components/identity/sign-in-with-button.tsx";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { StepProps } from "./setup-wizard.tsx";

/** The first admin is whoever signs in from this browser now: nobody is named by hand who could not come in. */
export function AdminStep({ onDone }: StepProps) {
  const trpc = useTRPC();
  const { data: state } = useSuspenseQuery(trpc.setup.state.queryOptions());
  const isThere = state.admins.length > 0;
  return (
    <div className="flex max-w-[480px] flex-col gap-4">
      <p className="text-fg-soft text-table">
        Sign in with your own account. It becomes the first admin of this portal, and you come back here.
      </p>
      {isThere ? (
        <Notice
          tone="success"
          title={`${state.admins.join(", ")} ${state.admins.length > 1 ? "are admins" : "is admin"}`}
        >
          Another account that signs in here becomes an admin too.
        </Notice>
      ) : null}
      {state.offered.length === 0 ? (
        <Notice tone="warning" title="There is no sign-in provider yet">
          Connect one in the step before this.
        </Notice>
      ) : null}
      <div className="flex flex-wrap gap-2">
        {isThere ? (
          <Button tone="primary" onClick={onDone}>
            Go on
          </Button>
        ) : null}
        {state.offered.map(({ slug, name }) => (
          <SignInWithButton
            key={slug}
            slug={slug}
            label={`Sign in with ${name}`}
            tone={isThere ? "secondary" : "primary"}
            purpose="setup"
          />
        ))}
      </div>
    </div>
  );
}
