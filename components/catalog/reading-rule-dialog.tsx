"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { FailureNote } from "#components/identity/failure-note.tsx";
import { GroupInput } from "#components/identity/group-refs-field.tsx";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogActions, DialogBody } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { say } from "#components/ui/toast.tsx";

/** Which repositories, and for whom. */
export default function ReadingRuleDialog({ onClose }: { onClose: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [pattern, setPattern] = useState("");
  const [whom, setWhom] = useState<"group" | "everybody">("group");
  const [group, setGroup] = useState("");
  const save = useMutation(
    trpc.catalog.saveReadingRule.mutationOptions({
      onSuccess: () => {
        say("Rule added");
        onClose();
      },
      onSettled: () => queryClient.invalidateQueries(trpc.catalog.readingRules.pathFilter()),
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ pattern, groupRef: whom === "group" ? group : null });
  };
  return (
    <Dialog title="Open private repositories" isOpen onOpenChange={onClose} width="max-w-[440px]">
      <form onSubmit={submit}>
        <DialogBody className="flex flex-col gap-4">
          <Field label="Repositories" help="owner/repository; a star after the slash stands for anything">
            {(control) => (
              <Input
                {...control}
                value={pattern}
                required
                maxLength={200}
                placeholder="acme/payments-*"
                onChange={(event) => setPattern(event.target.value)}
              />
            )}
          </Field>
          <Field label="Open to">
            {(control) => (
              <Select
                {...control}
                value={whom}
                onChange={(event) => setWhom(event.target.value === "group" ? "group" : "everybody")}
                options={[
                  { value: "group", label: "A group" },
                  { value: "everybody", label: "Everybody who works here" },
                ]}
              />
            )}
          </Field>
          {whom === "group" ? (
            <Field label="Group" help="Groups below it count too">
              {(control) => <GroupInput {...control} value={group} onChange={setGroup} />}
            </Field>
          ) : null}
          <FailureNote error={save.error} returnTo="/admin/roles" onConfirmed={() => save.reset()} />
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" type="submit" isBusy={save.isPending}>
            Add rule
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
