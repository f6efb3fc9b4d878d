"use client";

import { useMutation } from "@tanstack/react-query";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogActions, DialogBody } from "#components/ui/dialog.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { asSentence } from "#components/ui/sentence.ts";

export default function RemoveDemoDialog({ onClose }: { onClose: () => void }) {
  const trpc = useTRPC();
  const remove = useMutation(
    trpc.demo.remove.mutationOptions({
      onSuccess: ({ isSignedOut }) => location.assign(isSignedOut ? "/sign-in" : "/"),
    }),
  );
  const failure = remove.error ? errorWords(remove.error) : null;
  return (
    <Dialog
      title="Remove the demo data"
      description="This cannot be undone. To see the demo organisation again, start with an empty data folder."
      isOpen
      onOpenChange={(isOpen) => isOpen || onClose()}
      width="max-w-115"
    >
      <DialogBody className="pb-4">
        <ul className="flex list-disc flex-col gap-1 pl-5 text-table">
          <li>All teams, people, services and other catalog entries of the demo organisation</li>
          <li>Its deployments, changes, incidents and received webhooks</li>
          <li>The demo people, and with them their sessions: you may have to sign in again</li>
        </ul>
        <p className="pt-3 text-fg-soft text-table">What you imported yourself stays.</p>
        {failure ? (
          <div className="pt-3">
            <Notice tone="danger" title="The demo data is still there">
              {asSentence(failure.sentence)}
              {failure.requestId ? ` Request ${failure.requestId}` : ""}
            </Notice>
          </div>
        ) : null}
      </DialogBody>
      <DialogActions>
        <Button onClick={onClose}>Keep it</Button>
        <Button tone="danger" isBusy={remove.isPending} onClick={() => remove.mutate()}>
          {remove.isPending ? "Removing…" : "Remove demo data"}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
