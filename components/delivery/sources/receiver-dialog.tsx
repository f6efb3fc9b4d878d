"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { FailureNote } from "#components/identity/failure-note.tsx";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { CommandLine } from "#components/ui/command-line.tsx";
import { Dialog, DialogBody } from "#components/ui/dialog.tsx";
import { EditActions } from "#components/ui/edit-actions.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { ShownOnce } from "#components/ui/shown-once.tsx";
import { say } from "#components/ui/toast.tsx";
import { type ReceiverKind, receiverKinds, receiverWords } from "#server/delivery/sources/model.ts";
import type { ReceiverRow } from "#server/delivery/sources/receivers.ts";

type Props = { row: ReceiverRow | null; onClose: () => void };

/** Adds a receiver or changes one; then its address, and the secret where it was made here. */
export default function ReceiverDialog({ row, onClose }: Props) {
  const [kind, setKind] = useState<ReceiverKind>(row?.kind ?? "pagerduty");
  const { save, remove } = useReceiverChanges(onClose);
  if (save.data) return <Made kind={kind} {...save.data} onClose={onClose} />;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const secret = String(form.get("secret") ?? "").trim();
    save.mutate({
      ...(row ? { id: row.id } : {}),
      kind,
      name: String(form.get("name") ?? ""),
      isOn: row === null || form.get("isOn") !== null,
      ...(secret ? { secret } : {}),
      renews: form.get("renews") !== null,
    });
  };
  return (
    <Dialog
      title={row ? `Change ${row.name}` : "Add a receiver"}
      isOpen
      onOpenChange={onClose}
      width="max-w-[480px]"
    >
      <form onSubmit={submit}>
        <DialogBody className="flex flex-col gap-4">
          {row ? null : (
            <Field label="Who sends">
              {(control) => (
                <Select
                  {...control}
                  value={kind}
                  onChange={(event) =>
                    setKind(receiverKinds.find((one) => one === event.target.value) ?? "pagerduty")
                  }
                  options={receiverKinds.map((value) => ({ value, label: receiverWords[value] }))}
                />
              )}
            </Field>
          )}
          <Field label="Name">
            {(control) => (
              <Input
                {...control}
                key={kind}
                name="name"
                required
                maxLength={60}
                defaultValue={row?.name ?? receiverWords[kind]}
              />
            )}
          </Field>
          {kind === "pagerduty" ? (
            <Field
              label="Secret of the webhook"
              isOptional
              help={
                row
                  ? "Empty: the stored one stays"
                  : "PagerDuty shows it when its webhook is made, which needs the address first: save, make the webhook, then enter it here"
              }
            >
              {(control) => (
                <Input
                  {...control}
                  name="secret"
                  type="password"
                  autoComplete="off"
                  minLength={8}
                  maxLength={500}
                />
              )}
            </Field>
          ) : row ? (
            <Checkbox name="renews">Make a new secret: the one before ends at once</Checkbox>
          ) : null}
          {row ? (
            <Checkbox name="isOn" defaultChecked={row.isOn}>
              Take its webhooks
            </Checkbox>
          ) : null}
          <FailureNote
            error={save.error ?? remove.error}
            returnTo="/admin/delivery"
            onConfirmed={() => {
              save.reset();
              remove.reset();
            }}
          />
        </DialogBody>
        <EditActions
          isSaving={save.isPending}
          onCancel={onClose}
          removal={row && { isBusy: remove.isPending, onRemove: () => remove.mutate({ id: row.id }) }}
        />
      </form>
    </Dialog>
  );
}

const places: Readonly<Record<ReceiverKind, string>> = {
  pagerduty:
    "Enter this address in a V3 webhook of PagerDuty, for the events of incidents. If its secret is not entered here yet: PagerDuty shows it now; enter it under Change.",
  opsgenie: "Enter the address in the webhook integration, and the header as a custom header.",
  alertmanager: "Enter both under webhook_configs: url, and http_config.authorization.credentials.",
};

function Made({
  kind,
  path,
  secret,
  onClose,
}: {
  kind: ReceiverKind;
  path: string;
  secret: string | null;
  onClose: () => void;
}) {
  return (
    <ShownOnce
      title={secret ? "Copy the secret now" : "The receiver is ready"}
      description={secret ? `It is not shown again. ${places[kind]}` : places[kind]}
      onClose={onClose}
      width="max-w-[520px]"
    >
      <CommandLine command={`${window.location.origin}${path}`} what="address" />
      {secret ? (
        <CommandLine
          command={kind === "opsgenie" ? `Authorization: Bearer ${secret}` : secret}
          what="secret"
        />
      ) : null}
    </ShownOnce>
  );
}

function useReceiverChanges(onClose: () => void) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const refresh = () => queryClient.invalidateQueries(trpc.deliverySources.receivers.pathFilter());
  return {
    save: useMutation(trpc.deliverySources.saveReceiver.mutationOptions({ onSuccess: refresh })),
    remove: useMutation(
      trpc.deliverySources.removeReceiver.mutationOptions({
        onSuccess: async () => {
          await refresh();
          say("Receiver removed");
          onClose();
        },
      }),
    ),
  };
}
