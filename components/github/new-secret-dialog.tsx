"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { CommandLine } from "#components/ui/command-line.tsx";
import { Dialog, DialogActions, DialogBody } from "#components/ui/dialog.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { asSentence } from "#components/ui/sentence.ts";
import { ShownOnce } from "#components/ui/shown-once.tsx";

/** Makes a webhook secret, and shows it once. */
export default function NewSecretDialog({ onClose }: { onClose: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [retiresOthers, setRetiresOthers] = useState(false);
  const make = useMutation(
    trpc.github.makeSecret.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.github.status.pathFilter()),
    }),
  );
  if (make.data) return <MadeSecret secret={make.data.secret} onClose={onClose} />;
  return (
    <Dialog
      title="New webhook secret"
      description="GitHub signs each webhook with it, and the portal refuses what is not signed."
      isOpen
      onOpenChange={onClose}
      width="max-w-115"
    >
      <DialogBody className="flex flex-col gap-3">
        <p className="text-table">
          Secrets that were made here before stay good, so that you can change GitHub without losing a
          webhook.
        </p>
        <Checkbox checked={retiresOthers} onChange={() => setRetiresOthers((before) => !before)}>
          End them now: what GitHub signs with one of them is refused from then on
        </Checkbox>
        {make.error ? (
          <Notice tone="danger" title="No secret was made">
            {asSentence(errorWords(make.error).sentence)}
          </Notice>
        ) : null}
      </DialogBody>
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button tone="primary" isBusy={make.isPending} onClick={() => make.mutate({ retiresOthers })}>
          Make secret
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function MadeSecret({ secret, onClose }: { secret: string; onClose: () => void }) {
  return (
    <ShownOnce
      title="Copy the secret now"
      description="It is not shown again. In GitHub it belongs into the field Secret of the webhook."
      onClose={onClose}
    >
      <CommandLine command={secret} what="secret" />
    </ShownOnce>
  );
}
