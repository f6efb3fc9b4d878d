"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { Dialog, DialogActions, DialogBody } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import type { Role, TokenScope } from "#server/core/actor.ts";
import { roleNames } from "#server/identity/model.ts";
import { MadeToken, tokenLifetimes } from "./made-token.tsx";

const offeredScopes = ["read", "write", "catalog-write", "delivery-write", "metrics"] as const;
const scopeWords = {
  read: "Read: see what its role may see",
  write: "Write: change what its role may change",
  "catalog-write": "Catalog write: send the entries of a custom source",
  "delivery-write": "Delivery write: report deployments and incidents",
  metrics: "Metrics: read the portal's own figures at /metrics, for Prometheus",
};
type Props = { roles: readonly Role[]; onClose: () => void };

/** Asks for name, role, scopes and lifetime, then shows the token once. */
export default function NewTokenDialog({ roles, onClose }: Props) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const create = useMutation(
    trpc.identity.createToken.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.identity.tokens.pathFilter()),
    }),
  );
  const [scopes, setScopes] = useState<readonly TokenScope[]>(["read"]);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    create.mutate({
      name: String(form.get("name")),
      role: String(form.get("role")) as Role,
      scopes: [...scopes],
      days: Number(form.get("days")),
    });
  };
  const toggle = (scope: TokenScope) =>
    setScopes((before) =>
      before.includes(scope) ? before.filter((other) => other !== scope) : [...before, scope],
    );

  if (create.data) return <MadeToken token={create.data.token} onClose={onClose} />;
  const failure = create.error;
  const field = failure?.data?.field;
  return (
    <Dialog title="New API token" isOpen onOpenChange={onClose} width="max-w-[440px]">
      <form onSubmit={submit}>
        <DialogBody className="flex flex-col gap-4">
          <Field
            label="Name"
            help="What it is for, so that it can be recognised later"
            error={field === "name" ? failure?.message : null}
          >
            {(control) => <Input {...control} name="name" required maxLength={80} />}
          </Field>
          <Field label="Role" help="It may do what this role may do, within its scopes">
            {(control) => (
              <Select
                {...control}
                name="role"
                options={roles.map((role) => ({ value: role, label: roleNames[role] }))}
              />
            )}
          </Field>
          <fieldset className="flex flex-col gap-1">
            <legend className="pb-1 font-medium text-table">Scopes</legend>
            {offeredScopes.map((scope) => (
              <Checkbox key={scope} checked={scopes.includes(scope)} onChange={() => toggle(scope)}>
                {scopeWords[scope]}
              </Checkbox>
            ))}
          </fieldset>
          <Field label="Ends after">
            {(control) => <Select {...control} name="days" defaultValue="90" options={tokenLifetimes} />}
          </Field>
          {failure && field !== "name" ? (
            <p role="alert" className="text-danger text-small">
              {failure.message}
            </p>
          ) : null}
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            tone="primary"
            type="submit"
            isBusy={create.isPending}
            disabledReason={scopes.length === 0 ? "Choose at least one scope" : null}
          >
            Make token
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
