"use client";

import { useMutation } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogActions, DialogBody } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";

type Props = {
  providers: readonly { id: string; name: string }[];
  onClose: () => void;
  onMade: (token: string) => void;
};

/** Asks what the directory is called and by what its people are found among the accounts that sign in. */
export function ConnectDirectoryDialog({ providers, onClose, onMade }: Props) {
  const trpc = useTRPC();
  const connect = useMutation(
    trpc.identity.connectDirectory.mutationOptions({ onSuccess: ({ token }) => onMade(token) }),
  );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    connect.mutate({
      name: String(form.get("name")),
      providerId: String(form.get("providerId")),
      matchClaim: String(form.get("matchClaim")),
    });
  };
  const failure = connect.error ? errorWords(connect.error) : null;
  const errorOf = (field: string) => (failure?.field === field ? failure.sentence : null);
  const isElsewhere = failure && !["name", "matchClaim"].includes(failure.field ?? "");
  return (
    <Dialog title="Connect a directory" isOpen onOpenChange={onClose} width="max-w-[440px]">
      <form onSubmit={submit}>
        <DialogBody className="flex flex-col gap-4">
          <Field label="Name" error={errorOf("name")}>
            {(control) => <Input {...control} name="name" required maxLength={80} />}
          </Field>
          <Field label="Its people sign in with">
            {(control) => (
              <Select
                {...control}
                name="providerId"
                options={providers.map(({ id, name }) => ({ value: id, label: name }))}
              />
            )}
          </Field>
          <Field
            label="Claim that equals the externalId"
            help="sub for Okta and most others, oid for Microsoft Entra. Nobody is found by an e-mail address."
            error={errorOf("matchClaim")}
          >
            {(control) => (
              <Input {...control} name="matchClaim" defaultValue="sub" required maxLength={100} />
            )}
          </Field>
          {failure && isElsewhere ? (
            <p role="alert" className="text-danger text-small">
              {failure.sentence}
            </p>
          ) : null}
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" type="submit" isBusy={connect.isPending}>
            Connect
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
