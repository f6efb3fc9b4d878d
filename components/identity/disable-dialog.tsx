"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogActions, DialogBody } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { say } from "#components/ui/toast.tsx";
import type { PersonRow } from "#server/identity/people/read-people.ts";

/** Keeps somebody out, and says what ends by it. */
export default function DisableDialog({ person, onClose }: { person: PersonRow; onClose: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const disable = useMutation(
    trpc.identity.disablePerson.mutationOptions({
      onSuccess: ({ sessions, tokens, reviews }) => {
        const ended = `${counted(sessions, "session")} and ${counted(tokens, "token")} ended`;
        const left = reviews > 0 ? `; ${counted(reviews, "entry needs", "entries need")} a new owner` : "";
        say(`${person.name} is disabled: ${ended}${left}`);
        onClose();
      },
      onSettled: async () => {
        await queryClient.invalidateQueries(trpc.identity.people.pathFilter());
        await queryClient.invalidateQueries(trpc.identity.reviews.pathFilter());
      },
    }),
  );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    disable.mutate({ userId: person.id, reason: String(form.get("reason")) });
  };
  return (
    <Dialog
      title={`Disable ${person.name}?`}
      description="Their sessions and the tokens that they made end at once and do not come back. What they own in the catalog is put on the list of things that need a new owner."
      isOpen
      onOpenChange={onClose}
      width="max-w-[440px]"
    >
      <form onSubmit={submit}>
        <DialogBody>
          <Field label="Reason" error={disable.error ? errorWords(disable.error).sentence : null}>
            {(control) => <Input {...control} name="reason" required maxLength={200} autoFocus />}
          </Field>
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="danger" type="submit" isBusy={disable.isPending}>
            Disable
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

const counted = (count: number, one: string, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;
