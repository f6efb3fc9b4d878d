"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { OutsideDialog } from "#components/layout/outside-dialog.tsx";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { say } from "#components/ui/toast.tsx";
import type { SinkRow } from "#server/audit/sinks.ts";

type Props = { sink: SinkRow | null; onClose: () => void };

function useSinkChanges(onClose: () => void) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const done = (words: string) => async () => {
    await queryClient.invalidateQueries(trpc.audit.sinks.pathFilter());
    say(words);
    onClose();
  };
  const save = useMutation(
    trpc.audit.saveSink.mutationOptions({ onSuccess: done("The audit log is sent within a minute") }),
  );
  const remove = useMutation(
    trpc.audit.removeSink.mutationOptions({ onSuccess: done("It is not sent there any more") }),
  );
  return { save, remove };
}

/** One place that the audit log is sent to: a new one, or one to change or remove. */
export default function SinkDialog({ sink, onClose }: Props) {
  const { save, remove } = useSinkChanges(onClose);
  return (
    <OutsideDialog
      title={sink ? `Change ${sink.name}` : "Send the audit log elsewhere"}
      description="Each event is sent in order, within a minute, as one line of JSON"
      place={sink}
      addressHelp="https://…, or syslog+tls://host:6514, syslog+tcp://host:601, syslog+udp://host:514"
      tokenHelp="Sent to https addresses as a bearer token"
      mostToken={2000}
      above={(errorOf) => (
        <Field label="Name" error={errorOf("name")}>
          {(control) => <Input {...control} name="name" required maxLength={100} defaultValue={sink?.name} />}
        </Field>
      )}
      below={
        sink ? (
          <Checkbox name="isOn" defaultChecked={sink.isOn}>
            Send to it
          </Checkbox>
        ) : (
          <Checkbox name="sendsPast">Also send what has happened up to now</Checkbox>
        )
      }
      save={{
        error: save.error,
        isPending: save.isPending,
        words: "Save",
        onSave: (reach, form) =>
          save.mutate({
            ...(sink ? { id: sink.id } : {}),
            ...reach,
            name: String(form.get("name") ?? "").trim(),
            sendsPast: form.get("sendsPast") !== null,
            isOn: sink ? form.get("isOn") !== null : true,
          }),
      }}
      remove={{
        error: remove.error,
        isPending: remove.isPending,
        words: ["Remove", "Remove for good"],
        onRemove: () => sink && remove.mutate({ id: sink.id }),
      }}
      onClose={onClose}
    />
  );
}
