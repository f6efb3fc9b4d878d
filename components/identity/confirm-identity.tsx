"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { asSentence } from "#components/ui/sentence.ts";
import { SignInWithButton } from "./sign-in-with-button.tsx";

/** The rule whose refusals a fresh sign-in lifts (server/core/recent-sign-in.ts). */
export const confirmRule = "recent-sign-in";

type Props = {
  /** Why, in the server's words. */
  sentence: string;
  /** Where to come back to from the provider. */
  returnTo: string;
  /** Called when it was confirmed without leaving the page, as a demo person does. */
  onConfirmed: () => void;
};

/** Asks to sign in once more before a weighty change, with one of the person's own ways to. */
export function ConfirmIdentity({ sentence, returnTo, onConfirmed }: Props) {
  const trpc = useTRPC();
  const { data: accounts } = useQuery(trpc.identity.accounts.queryOptions());
  const { data: installation } = useQuery(trpc.installation.current.queryOptions());
  const ways = (accounts ?? []).flatMap(({ provider }) => (provider?.isOn ? [provider] : []));
  const isDemo = installation?.mode === "evaluation";
  return (
    <Notice tone="info" title="Confirm that it is you">
      {asSentence(sentence)}
      {isDemo ? null : " You come back here; what you had chosen in this form has to be chosen again."}
      {accounts && !isDemo && ways.length === 0
        ? " None of your ways to sign in is switched on: use a new sign-in link, made on the portal's machine."
        : null}
      <span className="flex flex-wrap gap-2 pt-2">
        {isDemo ? (
          <ConfirmAsDemoPerson onConfirmed={onConfirmed} />
        ) : (
          ways.map(({ slug, name }) => (
            <SignInWithButton
              key={slug}
              slug={slug}
              label={`Confirm with ${name}`}
              purpose="confirm"
              returnTo={returnTo}
            />
          ))
        )}
      </span>
    </Notice>
  );
}

/** Demo people have no password, so signing in again is all that can be asked of them. */
function ConfirmAsDemoPerson({ onConfirmed }: { onConfirmed: () => void }) {
  const trpc = useTRPC();
  const { data: me } = useQuery(trpc.identity.me.queryOptions());
  const [isBusy, setIsBusy] = useState(false);
  const [hasFailed, setHasFailed] = useState(false);
  if (!me) return null;
  const confirm = async () => {
    setIsBusy(true);
    setHasFailed(false);
    const answer = await fetch("/api/auth/demo", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ personId: me.id }),
    }).catch(() => null);
    setIsBusy(false);
    if (answer?.ok) onConfirmed();
    else setHasFailed(true);
  };
  return (
    <span className="inline-flex flex-col items-start gap-1">
      <Button isBusy={isBusy} onClick={() => void confirm()}>
        Sign in again as {me.name}
      </Button>
      {hasFailed ? (
        <span role="alert" className="text-danger text-small">
          The portal did not take it. Try again.
        </span>
      ) : null}
    </span>
  );
}
