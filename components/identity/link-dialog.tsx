"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogActions, DialogBody } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { say } from "#components/ui/toast.tsx";
import type { PersonRow } from "#server/identity/people/read-people.ts";

/** Says who of the catalogue somebody is. */
export default function LinkDialog({ person, onClose }: { person: PersonRow; onClose: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const listId = useId();
  const [text, setText] = useState("");
  const query = text.replace(/^user:[^/]*\/?/, "");
  const { data: choices } = useQuery({
    ...trpc.identity.personChoices.queryOptions({ query }),
    placeholderData: (before) => before,
  });
  const link = useMutation(
    trpc.identity.linkPerson.mutationOptions({
      onSuccess: () => {
        say(`${person.name} is linked; what their teams own is theirs now`);
        onClose();
      },
      onSettled: () => queryClient.invalidateQueries(trpc.identity.people.pathFilter()),
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // A part of a name is enough where it fits one person alone.
    const only = text.includes(":") || choices?.length !== 1 ? undefined : choices[0];
    link.mutate({ userId: person.id, personRef: only?.ref ?? text });
  };
  return (
    <Dialog
      title={`Who is ${person.name}?`}
      description="Their services and teams follow from the person of the catalog. Look at their account, not at a name that is alike."
      isOpen
      onOpenChange={onClose}
      width="max-w-[440px]"
    >
      <form onSubmit={submit}>
        <DialogBody className="flex flex-col gap-4">
          <Field
            label="Person of the catalog"
            help="Type a part of the name"
            error={link.error ? errorWords(link.error).sentence.replace(/^personRef: /, "") : null}
          >
            {(control) => (
              <Input
                {...control}
                list={listId}
                value={text}
                required
                maxLength={200}
                placeholder="user:default/…"
                onChange={(event) => setText(event.target.value)}
                autoFocus
              />
            )}
          </Field>
          <datalist id={listId}>
            {choices?.map(({ ref, title, heldBy }) => (
              <option key={ref} value={ref}>
                {heldBy ? `${title} (is ${heldBy} already)` : title}
              </option>
            ))}
          </datalist>
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" type="submit" isBusy={link.isPending}>
            Link
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
