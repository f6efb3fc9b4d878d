"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogActions, DialogBody } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { countText } from "#components/ui/number-text.ts";
import { Select } from "#components/ui/select.tsx";
import { say } from "#components/ui/toast.tsx";
import type { Role } from "#server/core/actor.ts";
import type { GroupSource } from "#server/identity/people/read-group-roles.ts";
import { FailureNote } from "./failure-note.tsx";
import { GroupInput } from "./group-refs-field.tsx";
import { RoleFields } from "./role-fields.tsx";

type Props = { sources: readonly GroupSource[]; onClose: () => void };

/** A group, where it is known from, and the role that its people have. */
export default function MappingDialog({ sources, onClose }: Props) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [from, setFrom] = useState(sources[0]?.id ?? "catalog");
  const [groupName, setGroupName] = useState("");
  const [chosen, setChosen] = useState<{ role: Role; refs: readonly string[] }>({
    role: "developer",
    refs: [],
  });
  const save = useMutation(
    trpc.identity.saveGroupRole.mutationOptions({
      onSuccess: ({ changed }) => {
        say(`Mapped; ${countText(changed, "person has", "people have")} another role by that`);
        onClose();
      },
      onSettled: () => queryClient.invalidateQueries(trpc.identity.groupRoles.pathFilter()),
    }),
  );
  const connection = sources.find(({ id }) => id === from);
  const source = connection?.source ?? (from === "everybody" ? "everybody" : "catalog");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { role, refs } = chosen;
    save.mutate({ source, connectionId: connection?.id ?? null, groupName, role, guestGroupRefs: [...refs] });
  };
  const offered = [
    ...sources.map(({ id, name }) => ({ value: id, label: name })),
    { value: "catalog", label: "The catalog" },
    { value: "everybody", label: "Everybody else, in no group of the list" },
  ];
  const help =
    source === "github" ? "organisation/team, as GitHub writes it in addresses" : "As the source writes it";
  return (
    <Dialog title="Map a group to a role" isOpen onOpenChange={onClose} width="max-w-[440px]">
      <form onSubmit={submit}>
        <DialogBody className="flex flex-col gap-4">
          <Field label="Known from">
            {(control) => (
              <Select
                {...control}
                value={from}
                onChange={(event) => setFrom(event.target.value)}
                options={offered}
              />
            )}
          </Field>
          {source === "everybody" ? null : (
            <Field label="Group" help={source === "catalog" ? "Groups below it count too" : help}>
              {(control) =>
                source === "catalog" ? (
                  <GroupInput {...control} value={groupName} onChange={setGroupName} />
                ) : (
                  <Input
                    {...control}
                    value={groupName}
                    required
                    maxLength={300}
                    onChange={(event) => setGroupName(event.target.value)}
                  />
                )
              }
            </Field>
          )}
          <RoleFields {...chosen} onChange={setChosen} />
          <FailureNote error={save.error} returnTo="/admin/roles" onConfirmed={() => save.reset()} />
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" type="submit" isBusy={save.isPending}>
            Map group
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
