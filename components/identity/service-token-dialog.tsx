"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogActions, DialogBody } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { MadeToken, tokenLifetimes } from "./made-token.tsx";

const reaches = [
  { value: "read", label: "Read" },
  { value: "read write", label: "Read and write" },
];

type Props = { account: { id: string; name: string }; onClose: () => void };

/** A token of a service account; it may do what the account may. */
export default function ServiceTokenDialog({ account, onClose }: Props) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const create = useMutation(
    trpc.identity.createServiceToken.mutationOptions({
      onSettled: () => queryClient.invalidateQueries(trpc.identity.serviceAccounts.pathFilter()),
    }),
  );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    create.mutate({
      serviceAccountId: account.id,
      name: String(form.get("name")),
      scopes: form.get("scopes") === "read" ? ["read"] : ["read", "write"],
      days: Number(form.get("days")),
    });
  };
  if (create.data) return <MadeToken token={create.data.token} onClose={onClose} />;
  const failure = create.error ? errorWords(create.error).sentence : null;
  return (
    <Dialog title={`New token of ${account.name}`} isOpen onOpenChange={onClose} width="max-w-[440px]">
      <form onSubmit={submit}>
        <DialogBody className="flex flex-col gap-4">
          <Field label="Name" error={failure}>
            {(control) => <Input {...control} name="name" required maxLength={80} autoFocus />}
          </Field>
          <Field label="May">{(control) => <Select {...control} name="scopes" options={reaches} />}</Field>
          <Field label="Ends after">
            {(control) => <Select {...control} name="days" defaultValue="90" options={tokenLifetimes} />}
          </Field>
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" type="submit" isBusy={create.isPending}>
            Make token
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
