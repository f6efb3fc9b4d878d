"use client";

import { useMutation } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { say } from "#components/ui/toast.tsx";
import type { ConnectionItem } from "#server/connections/model.ts";

const ConnectionSecretDialog = lazy(() => import("./connection-secret-dialog.tsx"));
const RemoveConnectionDialog = lazy(() => import("./remove-connection-dialog.tsx"));

type Props = {
  item: ConnectionItem;
  publicUrl: string | null;
  refusal: string | null;
  onChange: () => void;
  onChanged: () => void;
};

const sayFailure = (error: unknown) => say(errorWords(error).sentence, { tone: "danger" });

export function ConnectionActions({ item, publicUrl, refusal, onChange, onChanged }: Props) {
  const trpc = useTRPC();
  const [open, setOpen] = useState<"secret" | "remove" | null>(null);
  const isOn = item.state !== "off";
  const check = useMutation(
    trpc.connections.check.mutationOptions({
      onSuccess: () => say("It is being checked"),
      onError: sayFailure,
      onSettled: () => setTimeout(onChanged, 1_500),
    }),
  );
  const change = useMutation(
    trpc.connections.setState.mutationOptions({
      onSuccess: () => say(isOn ? `${item.name} is off; what it brought stays` : `${item.name} is on`),
      onError: sayFailure,
      onSettled: onChanged,
    }),
  );
  const about = (verb: string) => ({ "aria-label": `${verb} ${item.name}` });
  return (
    <div className="flex flex-wrap gap-2">
      <Button
        size="small"
        {...about("Check")}
        isBusy={check.isPending}
        disabledReason={isOn ? null : "It is switched off"}
        onClick={() => check.mutate({ id: item.id })}
      >
        Check now
      </Button>
      <Button size="small" {...about("Change")} disabledReason={refusal} onClick={onChange}>
        Change
      </Button>
      <Button
        size="small"
        {...about("Make a webhook secret for")}
        disabledReason={refusal}
        onClick={() => setOpen("secret")}
      >
        New webhook secret
      </Button>
      <Button
        size="small"
        {...about(isOn ? "Switch off" : "Switch on")}
        disabledReason={refusal}
        isBusy={change.isPending}
        onClick={() => change.mutate({ id: item.id, isOn: !isOn })}
      >
        {isOn ? "Switch off" : "Switch on"}
      </Button>
      <Button size="small" {...about("Remove")} disabledReason={refusal} onClick={() => setOpen("remove")}>
        Remove
      </Button>
      <Suspense>
        {open === "secret" ? (
          <ConnectionSecretDialog
            item={item}
            publicUrl={publicUrl}
            onClose={() => setOpen(null)}
            onMade={onChanged}
          />
        ) : null}
        {open === "remove" ? (
          <RemoveConnectionDialog item={item} onClose={() => setOpen(null)} onRemoved={onChanged} />
        ) : null}
      </Suspense>
    </div>
  );
}
