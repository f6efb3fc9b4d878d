"use client";

import { useMutation } from "@tanstack/react-query";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogActions, DialogBody } from "#components/ui/dialog.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { asSentence } from "#components/ui/sentence.ts";
import { say } from "#components/ui/toast.tsx";
import type { ConnectionItem } from "#server/connections/model.ts";

type Props = { item: ConnectionItem; onClose: () => void; onRemoved: () => void };

/** Says what goes with it, and what to do to keep that. */
export default function RemoveConnectionDialog({ item, onClose, onRemoved }: Props) {
  const trpc = useTRPC();
  const remove = useMutation(
    trpc.connections.remove.mutationOptions({
      onSuccess: () => {
        say(`${item.name} was removed`);
        onRemoved();
        onClose();
      },
    }),
  );
  const entries = item.entries.toLocaleString("en");
  return (
    <Dialog title={`Remove ${item.name}`} isOpen onOpenChange={onClose} width="max-w-[480px]">
      <DialogBody className="flex flex-col gap-3 text-table">
        <p>
          {item.entries === 0
            ? "No entry of the catalog came through it."
            : `The ${entries} ${item.entries === 1 ? "entry" : "entries"} of the catalog that came through it ${item.entries === 1 ? "goes" : "go"} with it: without the connection nobody would know who may see what lies in private repositories.`}{" "}
          Its secrets are deleted. Deployments and other history stay.
        </p>
        <p className="text-fg-soft">
          To keep the entries as they were last seen, switch it off instead.
          {item.auth === "app" ? " The App itself stays at GitHub until somebody deletes it there." : ""}
          {item.auth === "token" ? " The token itself stays good until it is revoked at the host." : ""}
        </p>
        {remove.error ? (
          <Notice tone="danger" title="It was not removed">
            {asSentence(errorWords(remove.error).sentence)}
          </Notice>
        ) : null}
      </DialogBody>
      <DialogActions>
        <Button onClick={onClose}>Keep it</Button>
        <Button tone="danger" isBusy={remove.isPending} onClick={() => remove.mutate({ id: item.id })}>
          Remove
        </Button>
      </DialogActions>
    </Dialog>
  );
}
