"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogActions, DialogBody } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { countText } from "#components/ui/number-text.ts";
import { say } from "#components/ui/toast.tsx";
import type { ProposalItem } from "#server/discovery/model.ts";

type Props = { items: ProposalItem[]; onClose: () => void; onDone: () => void };

/** Says why something is nothing for the catalogue; the answer can be taken back at once. */
export default function DismissDialog({ items, onClose, onDone }: Props) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [reason, setReason] = useState("");
  const onSettled = () => queryClient.invalidateQueries(trpc.discovery.pathFilter());
  const reopen = useMutation(trpc.discovery.reopen.mutationOptions({ onSettled }));
  const dismiss = useMutation(
    trpc.discovery.dismiss.mutationOptions({
      onSuccess: ({ count }, { ids }) => {
        say(`${countText(count, "proposal")} dismissed`, {
          tone: "neutral",
          undo: () => reopen.mutate({ ids }),
        });
        onClose();
        onDone();
      },
      onSettled,
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    dismiss.mutate({ ids: items.map(({ id }) => id), reason });
  };
  return (
    <Dialog
      title={`Dismiss ${countText(items.length, "proposal")}`}
      isOpen
      onOpenChange={onClose}
      width="max-w-[440px]"
    >
      <form onSubmit={submit}>
        <DialogBody>
          <Field
            label="Why"
            help="Whoever wonders later reads it, such as: only for trying things out"
            error={dismiss.error ? errorWords(dismiss.error).sentence : null}
          >
            {(control) => (
              <Input
                {...control}
                required
                minLength={3}
                maxLength={300}
                value={reason}
                onChange={(event) => setReason(event.target.value)}
              />
            )}
          </Field>
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" type="submit" isBusy={dismiss.isPending}>
            Dismiss
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
