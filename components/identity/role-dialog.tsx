"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogActions, DialogBody } from "#components/ui/dialog.tsx";
import { say } from "#components/ui/toast.tsx";
import type { Role } from "#server/core/actor.ts";
import type { PersonRow } from "#server/identity/people/read-people.ts";
import { FailureNote } from "./failure-note.tsx";
import { RoleFields } from "./role-fields.tsx";

type Props = { person: PersonRow; returnTo: string; onClose: () => void };

/** A role by hand, which no group changes any more, or the groups' again. */
export default function RoleDialog({ person, returnTo, onClose }: Props) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [chosen, setChosen] = useState<{ role: Role; refs: readonly string[] }>({
    role: person.role,
    refs: person.guestGroupRefs,
  });
  const save = useMutation(
    trpc.identity.setRole.mutationOptions({
      onSuccess: () => {
        say(`The role of ${person.name} counts from now on`);
        onClose();
      },
      onSettled: () => queryClient.invalidateQueries(trpc.identity.people.pathFilter()),
    }),
  );
  const userId = person.id;
  return (
    <Dialog
      title={`Role of ${person.name}`}
      description="Given by hand it stays, whatever groups they are in."
      isOpen
      onOpenChange={onClose}
      width="max-w-[440px]"
    >
      <DialogBody className="flex flex-col gap-4">
        <RoleFields {...chosen} onChange={setChosen} />
        <FailureNote error={save.error} returnTo={returnTo} onConfirmed={() => save.reset()} />
      </DialogBody>
      <DialogActions>
        {person.roleSource === "groups" ? null : (
          <Button tone="quiet" isBusy={save.isPending} onClick={() => save.mutate({ userId })}>
            Let groups decide
          </Button>
        )}
        <Button onClick={onClose}>Cancel</Button>
        <Button
          tone="primary"
          isBusy={save.isPending}
          disabledReason={
            chosen.role === "guest" && chosen.refs.length === 0 ? "Say which groups a guest may see" : null
          }
          onClick={() => save.mutate({ userId, role: chosen.role, guestGroupRefs: [...chosen.refs] })}
        >
          Save role
        </Button>
      </DialogActions>
    </Dialog>
  );
}
