"use client";

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { say } from "#components/ui/toast.tsx";

/** Switching a provider off or on, and removing it. */
export function ProviderActions({ isOn, ...props }: ActionProps & { isOn: boolean }) {
  return (
    <>
      <StateButton {...props} isOn={isOn} />
      <RemoveButton {...props} />
    </>
  );
}

type ActionProps = { id: string; name: string; refusal: string | null; onChanged: () => void };

const sayFailure = (error: unknown) => say(errorWords(error).sentence, { tone: "danger" });

function StateButton({ id, name, refusal, onChanged, isOn }: ActionProps & { isOn: boolean }) {
  const trpc = useTRPC();
  const change = useMutation(
    trpc.identity.setProviderState.mutationOptions({
      onSuccess: () => say(isOn ? `${name} is off; its sessions have ended` : `${name} is on`),
      onError: sayFailure,
      onSettled: onChanged,
    }),
  );
  return (
    <Button
      size="small"
      aria-label={`Switch ${name} ${isOn ? "off" : "on"}`}
      disabledReason={refusal}
      isBusy={change.isPending}
      onClick={() => change.mutate({ id, isOn: !isOn })}
    >
      {isOn ? "Switch off" : "Switch on"}
    </Button>
  );
}

/** Asks once more in place: whoever came in through it is signed out at once. */
function RemoveButton({ id, name, refusal, onChanged }: ActionProps) {
  const trpc = useTRPC();
  const [isAsked, setIsAsked] = useState(false);
  const remove = useMutation(
    trpc.identity.removeProvider.mutationOptions({
      onSuccess: () => say(`${name} was removed`),
      onError: sayFailure,
      onSettled: () => {
        setIsAsked(false);
        onChanged();
      },
    }),
  );
  if (!isAsked)
    return (
      <Button
        size="small"
        aria-label={`Remove ${name}`}
        disabledReason={refusal}
        onClick={() => setIsAsked(true)}
      >
        Remove
      </Button>
    );
  return (
    <>
      <Button size="small" tone="quiet" onClick={() => setIsAsked(false)}>
        Keep
      </Button>
      <Button size="small" tone="danger" isBusy={remove.isPending} onClick={() => remove.mutate({ id })}>
        Remove and sign out its people
      </Button>
    </>
  );
}
