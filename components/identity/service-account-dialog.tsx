"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogActions, DialogBody } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { say } from "#components/ui/toast.tsx";
import type { Role } from "#server/core/actor.ts";
import { RoleFields } from "./role-fields.tsx";

type Props = { offered: readonly Role[]; onClose: () => void };

/** A name, a role, and the teams that it belongs to. */
export default function ServiceAccountDialog({ offered, onClose }: Props) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [chosen, setChosen] = useState<{ role: Role; refs: readonly string[] }>({
    role: offered.includes("developer") ? "developer" : "guest",
    refs: [],
  });
  const create = useMutation(
    trpc.identity.createServiceAccount.mutationOptions({
      onSuccess: () => {
        say("The service account is there; make it a token");
        onClose();
      },
      onSettled: () => queryClient.invalidateQueries(trpc.identity.serviceAccounts.pathFilter()),
    }),
  );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get("name"));
    create.mutate({ name, role: chosen.role, groupRefs: [...chosen.refs] });
  };
  const failure = create.error ? errorWords(create.error) : null;
  return (
    <Dialog title="New service account" isOpen onOpenChange={onClose} width="max-w-[440px]">
      <form onSubmit={submit}>
        <DialogBody className="flex flex-col gap-4">
          <Field
            label="Name"
            help="The program that signs in with it"
            error={failure?.field === "name" ? failure.sentence : null}
          >
            {(control) => <Input {...control} name="name" required maxLength={80} autoFocus />}
          </Field>
          <RoleFields {...chosen} offered={offered} hasGroupsAlways onChange={setChosen} />
          {failure && failure.field !== "name" ? (
            <p role="alert" className="text-danger text-small">
              {failure.sentence}
            </p>
          ) : null}
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" type="submit" isBusy={create.isPending}>
            Make service account
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
