"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { FailureNote } from "#components/identity/failure-note.tsx";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { Dialog, DialogBody } from "#components/ui/dialog.tsx";
import { EditActions } from "#components/ui/edit-actions.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { say } from "#components/ui/toast.tsx";
import { type CardDraft, fieldsOf, listOf } from "./card-draft.ts";
import { ValueFields } from "./value-fields.tsx";

type Props = { draft: CardDraft; onClose: () => void };

/** A card: a new one, or one to change, switch off or remove. */
export default function CardDialog({ draft, onClose }: Props) {
  const { save, remove } = useCardChanges(onClose);
  const { id } = draft;
  const [kind, setKind] = useState(draft.kind);
  const error = save.error ?? remove.error;
  const failure = error ? errorWords(error) : null;
  const errorOf = (...names: string[]) =>
    failure?.field && names.some((name) => failure.field?.startsWith(name)) ? failure.sentence : null;
  const isShown = (failure?.field ?? "") !== "" && failure?.field !== "confirm";
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    save.mutate(readForm(new FormData(event.currentTarget), draft, kind));
  };
  return (
    <Dialog
      title={draft.id ? `Change ${draft.name}` : "Add a card"}
      isOpen
      onOpenChange={onClose}
      width="max-w-[520px]"
    >
      <form onSubmit={submit} className="flex min-h-0 flex-col">
        <DialogBody className="flex flex-col gap-4">
          <Field label="Name" error={errorOf("name")}>
            {(control) => (
              <Input {...control} name="name" required maxLength={60} defaultValue={draft.name} />
            )}
          </Field>
          <Field label="Shows">
            {(control) => (
              <Select
                {...control}
                value={kind}
                onChange={(event) => setKind(event.target.value === "values" ? "values" : "link")}
                options={[
                  { value: "link", label: "A link" },
                  { value: "values", label: "Values of a JSON answer" },
                ]}
              />
            )}
          </Field>
          <Field
            label="Annotation"
            isOptional
            help="Entries without it do not get the card"
            error={errorOf("annotation")}
          >
            {(control) => (
              <Input {...control} name="annotation" maxLength={300} defaultValue={draft.annotation} />
            )}
          </Field>
          <Field
            label="Address"
            help="{value} is the annotation's value; {name}, {namespace}, {kind}, {owner}, {system} and {repository} are the entry's. {+value} keeps slashes"
            error={errorOf("urlPattern")}
          >
            {(control) => (
              <Input
                {...control}
                name="urlPattern"
                required
                maxLength={1000}
                // What a known tool comes with names a host that has to be filled in: a link to it would lead nowhere.
                pattern="(?!https://your-).*"
                title="Put the host of your own server in place of “your-…”"
                autoFocus={draft.urlPattern.startsWith("https://your-")}
                defaultValue={draft.urlPattern}
              />
            )}
          </Field>
          <Field
            label="Kinds"
            isOptional
            help="Such as component, api; empty means all"
            error={errorOf("entityKinds")}
          >
            {(control) => <Input {...control} name="entityKinds" defaultValue={draft.entityKinds} />}
          </Field>
          {kind === "values" ? <ValueFields draft={draft} errorOf={errorOf} /> : null}
          <Checkbox name="isOn" defaultChecked={draft.isOn}>
            Show it
          </Checkbox>
          {isShown ? null : (
            <FailureNote error={error} returnTo="/admin/cards" onConfirmed={() => save.reset()} />
          )}
        </DialogBody>
        <EditActions
          isSaving={save.isPending}
          onCancel={onClose}
          removal={id ? { isBusy: remove.isPending, onRemove: () => remove.mutate({ id }) } : null}
        />
      </form>
    </Dialog>
  );
}

function useCardChanges(onClose: () => void) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const done = (words: string) => async () => {
    await queryClient.invalidateQueries(trpc.cards.pathFilter());
    say(words);
    onClose();
  };
  return {
    save: useMutation(trpc.cards.save.mutationOptions({ onSuccess: done("Card saved") })),
    remove: useMutation(trpc.cards.remove.mutationOptions({ onSuccess: done("Card removed") })),
  };
}

type Saved = Parameters<ReturnType<typeof useCardChanges>["save"]["mutate"]>[0];

function readForm(form: FormData, draft: CardDraft, kind: CardDraft["kind"]): Saved {
  const text = (name: string) => String(form.get(name) ?? "").trim();
  const headerValue = text("headerValue");
  return {
    ...(draft.id ? { id: draft.id } : {}),
    preset: draft.preset,
    kind,
    name: text("name"),
    annotation: text("annotation") || null,
    entityKinds: listOf(text("entityKinds")),
    urlPattern: text("urlPattern"),
    fields: kind === "values" ? fieldsOf(text("fields")) : [],
    header: headerValue ? { name: text("headerName") || "Authorization", value: headerValue } : null,
    privateRanges: listOf(text("privateRanges")),
    position: draft.position,
    isOn: form.get("isOn") !== null,
  };
}
