"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogActions, DialogBody } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";

const words = {
  link: { key: "Address", keyHelp: "Begins with https://, http:// or mailto:", value: "Title" },
  annotation: { key: "Key", keyHelp: 'Such as "pagerduty.com/service-id"', value: "Value" },
} as const;

/** Adds a link or an annotation beside the file. */
export default function AddDialog({ entityRef, onClose }: { entityRef: string; onClose: () => void }) {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const [kind, setKind] = useState<"link" | "annotation">("link");
  const add = useMutation(
    trpc.trust.addOverlay.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries(trpc.trust.pathFilter());
        router.refresh();
        onClose();
      },
    }),
  );
  const failure = add.error ? errorWords(add.error) : null;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    add.mutate({ ref: entityRef, kind, key: String(form.get("key")), value: String(form.get("value")) });
  };
  return (
    <Dialog
      title="Add a link or an annotation"
      description="It stands beside the file and never changes it. Where the file says the same one day, the file counts."
      isOpen
      onOpenChange={onClose}
      width="max-w-[440px]"
    >
      <form onSubmit={submit}>
        <DialogBody className="flex flex-col gap-4">
          <Field label="What">
            {(control) => (
              <Select
                {...control}
                value={kind}
                onChange={(event) => setKind(event.target.value === "link" ? "link" : "annotation")}
                options={[
                  { value: "link", label: "Link" },
                  { value: "annotation", label: "Annotation" },
                ]}
              />
            )}
          </Field>
          <Field
            label={words[kind].key}
            help={words[kind].keyHelp}
            error={failure && failure.field !== "value" ? failure.sentence : null}
          >
            {(control) => <Input {...control} name="key" required maxLength={500} />}
          </Field>
          <Field
            label={words[kind].value}
            isOptional={kind === "link"}
            error={failure?.field === "value" ? failure.sentence : null}
          >
            {(control) => (
              <Input {...control} name="value" required={kind === "annotation"} maxLength={1000} />
            )}
          </Field>
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" type="submit" isBusy={add.isPending}>
            Add
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
