"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogActions, DialogBody } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import { say } from "#components/ui/toast.tsx";
import type { ShadowReport } from "#server/shadow/model.ts";

type Connection = ShadowReport["connection"];
type Props = { connection: Connection | null; onClose: () => void };

function readForm(form: FormData) {
  const text = (name: string) => String(form.get(name) ?? "").trim();
  return {
    address: text("address"),
    token: text("token"),
    ca: text("ca"),
    privateRanges: text("privateRanges")
      .split(/[\s,]+/)
      .filter(Boolean),
  };
}

/** Which Backstage is followed, and how it is reached. */
export default function ShadowDialog({ connection, onClose }: Props) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [isAsked, setIsAsked] = useState(false);
  const done = (words: string) => async () => {
    await queryClient.invalidateQueries(trpc.shadow.pathFilter());
    say(words);
    onClose();
  };
  const connect = useMutation(
    trpc.shadow.connect.mutationOptions({ onSuccess: done("Backstage is read now") }),
  );
  const remove = useMutation(
    trpc.shadow.remove.mutationOptions({ onSuccess: done("Backstage is not followed any more") }),
  );
  const failed = connect.error ?? remove.error;
  const failure = failed ? errorWords(failed) : null;
  const errorOf = (name: string) => (failure?.field === name ? failure.sentence : null);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    connect.mutate(readForm(new FormData(event.currentTarget)));
  };
  return (
    <Dialog
      title={connection ? "Change how Backstage is reached" : "Follow a Backstage"}
      description="Its catalogue is read and compared, every quarter of an hour. Nothing is written there"
      isOpen
      onOpenChange={onClose}
      width="max-w-[520px]"
    >
      <form onSubmit={submit} className="flex min-h-0 flex-col">
        <DialogBody className="flex flex-col gap-4">
          <Fields connection={connection} errorOf={errorOf} />
          {failure && !failure.field ? (
            <p role="alert" className="text-danger text-small">
              {failure.sentence}
            </p>
          ) : null}
        </DialogBody>
        <DialogActions>
          {connection ? (
            <Button
              tone={isAsked ? "danger" : "quiet"}
              isBusy={remove.isPending}
              onClick={() => (isAsked ? remove.mutate() : setIsAsked(true))}
            >
              {isAsked ? "Forget it for good" : "Stop following"}
            </Button>
          ) : null}
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" type="submit" isBusy={connect.isPending}>
            Save and read
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

type FieldsProps = { connection: Connection | null; errorOf: (name: string) => string | null };

function Fields({ connection, errorOf }: FieldsProps) {
  return (
    <>
      <Field
        label="Address"
        help="Of its backend, such as https://backstage.example.com"
        error={errorOf("address")}
      >
        {(control) => (
          <Input {...control} name="address" required maxLength={1000} defaultValue={connection?.address} />
        )}
      </Field>
      <Field
        label="Token"
        isOptional
        help={
          connection?.hasToken
            ? "One is stored; leave this empty to keep it"
            : "A static token from backend.auth.externalAccess; it is kept sealed"
        }
        error={errorOf("token")}
      >
        {(control) => (
          <Input {...control} name="token" type="password" maxLength={5000} autoComplete="new-password" />
        )}
      </Field>
      <Field
        label="Private addresses"
        isOptional
        help="Ranges that it may lie in when it is inside your network, such as 10.20.0.0/16"
        error={errorOf("privateRanges")}
      >
        {(control) => (
          <Input {...control} name="privateRanges" defaultValue={connection?.privateRanges.join(", ")} />
        )}
      </Field>
      <Field label="Own certificate authority" isOptional help="In PEM" error={errorOf("ca")}>
        {(control) => <TextArea {...control} name="ca" rows={3} defaultValue={connection?.ca ?? ""} />}
      </Field>
    </>
  );
}
