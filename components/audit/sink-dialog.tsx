"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { Dialog, DialogActions, DialogBody } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import { say } from "#components/ui/toast.tsx";
import type { SinkRow } from "#server/audit/sinks.ts";

type Props = { sink: SinkRow | null; onClose: () => void };
type Saved = Parameters<ReturnType<typeof useSinkChanges>["save"]["mutate"]>[0];

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

function readForm(form: FormData, id: string | undefined): Saved {
  const text = (name: string) => String(form.get(name) ?? "").trim();
  return {
    ...(id ? { id } : {}),
    name: text("name"),
    address: text("address"),
    token: text("token"),
    ca: text("ca"),
    privateRanges: text("privateRanges")
      .split(/[\s,]+/)
      .filter(Boolean),
    sendsPast: form.get("sendsPast") !== null,
    isOn: id ? form.get("isOn") !== null : true,
  };
}

/** One place that the audit log is sent to: a new one, or one to change or remove. */
export default function SinkDialog({ sink, onClose }: Props) {
  const { save, remove } = useSinkChanges(onClose);
  const [isAsked, setIsAsked] = useState(false);
  const failed = save.error ?? remove.error;
  const failure = failed ? errorWords(failed) : null;
  const errorOf = (...names: string[]) =>
    failure?.field && names.includes(failure.field) ? failure.sentence : null;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    save.mutate(readForm(new FormData(event.currentTarget), sink?.id));
  };
  return (
    <Dialog
      title={sink ? `Change ${sink.name}` : "Send the audit log elsewhere"}
      description="Each event is sent in order, within a minute, as one line of JSON"
      isOpen
      onOpenChange={onClose}
      width="max-w-[520px]"
    >
      <form onSubmit={submit} className="flex min-h-0 flex-col">
        <DialogBody className="flex flex-col gap-4">
          <Fields sink={sink} errorOf={errorOf} />
          {failure && !failure.field ? (
            <p role="alert" className="text-danger text-small">
              {failure.sentence}
            </p>
          ) : null}
        </DialogBody>
        <DialogActions>
          {sink ? (
            <Button
              tone={isAsked ? "danger" : "quiet"}
              isBusy={remove.isPending}
              onClick={() => (isAsked ? remove.mutate({ id: sink.id }) : setIsAsked(true))}
            >
              {isAsked ? "Remove for good" : "Remove"}
            </Button>
          ) : null}
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" type="submit" isBusy={save.isPending}>
            Save
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

type FieldsProps = { sink: SinkRow | null; errorOf: (...names: string[]) => string | null };

function Fields({ sink, errorOf }: FieldsProps) {
  return (
    <>
      <Field label="Name" error={errorOf("name")}>
        {(control) => <Input {...control} name="name" required maxLength={100} defaultValue={sink?.name} />}
      </Field>
      <Field
        label="Address"
        help="https://…, or syslog+tls://host:6514, syslog+tcp://host:601, syslog+udp://host:514"
        error={errorOf("address")}
      >
        {(control) => (
          <Input {...control} name="address" required maxLength={1000} defaultValue={sink?.address} />
        )}
      </Field>
      <Field
        label="Token"
        isOptional
        help={
          sink?.hasToken
            ? "One is stored; leave this empty to keep it"
            : "Sent to https addresses as a bearer token"
        }
        error={errorOf("token")}
      >
        {(control) => (
          <Input {...control} name="token" type="password" maxLength={2000} autoComplete="new-password" />
        )}
      </Field>
      <Field
        label="Private addresses"
        isOptional
        help="Ranges that it may lie in when it is inside your network, such as 10.20.0.0/16"
        error={errorOf("privateRanges")}
      >
        {(control) => (
          <Input {...control} name="privateRanges" defaultValue={sink?.privateRanges.join(", ")} />
        )}
      </Field>
      <Field label="Own certificate authority" isOptional help="In PEM" error={errorOf("ca")}>
        {(control) => <TextArea {...control} name="ca" rows={3} defaultValue={sink?.ca ?? ""} />}
      </Field>
      {sink ? (
        <Checkbox name="isOn" defaultChecked={sink.isOn}>
          Send to it
        </Checkbox>
      ) : (
        <Checkbox name="sendsPast">Also send what has happened up to now</Checkbox>
      )}
    </>
  );
}
