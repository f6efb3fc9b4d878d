"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogActions, DialogBody } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import type { CustomSourceItem } from "#server/catalog/sources/model.ts";

type Props = { source: Pick<CustomSourceItem, "id" | "title" | "guardPercent"> | null; onClose: () => void };

/** Makes a custom source, or changes one. */
export default function CustomSourceDialog({ source, onClose }: Props) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const done = {
    onSuccess: async () => {
      await queryClient.invalidateQueries(trpc.entries.customSources.pathFilter());
      onClose();
    },
  };
  const create = useMutation(trpc.entries.createCustomSource.mutationOptions(done));
  const change = useMutation(trpc.entries.changeCustomSource.mutationOptions(done));
  const { error, isPending } = source ? change : create;
  const failure = error ? errorWords(error) : null;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const input = {
      id: source?.id ?? String(form.get("id")),
      title: String(form.get("title")),
      guardPercent: Number(form.get("guardPercent")),
    };
    if (source) change.mutate(input);
    else create.mutate(input);
  };
  const errorOf = (field: string) => (failure?.field === field ? failure.sentence : null);
  return (
    <Dialog
      title={source ? `Change ${source.id}` : "New custom source"}
      description="A program of yours sends entries: from a CMDB, a cloud account, a spreadsheet."
      isOpen
      onOpenChange={onClose}
      width="max-w-[440px]"
    >
      <form onSubmit={submit}>
        <DialogBody className="flex flex-col gap-4">
          {source ? null : (
            <Field
              label="Name in the address"
              help="Small letters, digits and dashes, such as cmdb"
              error={errorOf("id")}
            >
              {(control) => (
                <Input
                  {...control}
                  name="id"
                  required
                  maxLength={50}
                  pattern="[a-z0-9]([a-z0-9\-]*[a-z0-9])?"
                  autoCapitalize="none"
                />
              )}
            </Field>
          )}
          <Field label="What it is" error={errorOf("title")}>
            {(control) => (
              <Input {...control} name="title" required maxLength={100} defaultValue={source?.title} />
            )}
          </Field>
          <Field
            label="How much may vanish at once, in percent"
            help="If more of its entries would go, nothing is taken until an admin forces it"
            error={errorOf("guardPercent")}
          >
            {(control) => (
              <Input
                {...control}
                name="guardPercent"
                type="number"
                min={0}
                max={100}
                required
                defaultValue={source?.guardPercent ?? 20}
              />
            )}
          </Field>
          {failure && !["id", "title", "guardPercent"].includes(failure.field ?? "") ? (
            <p role="alert" className="text-danger text-small">
              {failure.sentence}
            </p>
          ) : null}
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" type="submit" isBusy={isPending}>
            {source ? "Save" : "Make source"}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
