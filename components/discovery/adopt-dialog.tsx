"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { GroupInput } from "#components/identity/group-refs-field.tsx";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogActions, DialogBody } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { countText } from "#components/ui/number-text.ts";
import { Select } from "#components/ui/select.tsx";
import { say } from "#components/ui/toast.tsx";
import { type ComponentType, componentTypes, type ProposalItem } from "#server/discovery/model.ts";

type Props = { items: ProposalItem[]; onClose: () => void; onDone: () => void };
type Lifecycle = "production" | "experimental" | "deprecated";

/** Takes what was chosen into the catalogue, with what was guessed or with one answer for all. */
export default function AdoptDialog({ items, onClose, onDone }: Props) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [owner, setOwner] = useState("");
  const [type, setType] = useState("");
  const [lifecycle, setLifecycle] = useState<Lifecycle>("production");
  const adopt = useMutation(
    trpc.discovery.adopt.mutationOptions({
      onSuccess: ({ refs }) => {
        say(`${countText(refs.length, "entry", "entries")} added to the catalog`);
        onClose();
        onDone();
      },
      onSettled: async () => {
        await queryClient.invalidateQueries(trpc.discovery.pathFilter());
        await queryClient.invalidateQueries(trpc.catalog.pathFilter());
      },
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    adopt.mutate({
      ids: items.map(({ id }) => id),
      ...(owner.trim() ? { ownerRef: owner.trim() } : {}),
      ...(type ? { type: type as ComponentType } : {}),
      lifecycle,
    });
  };
  const ownerless = items.filter(({ ownerRef }) => !ownerRef).length;
  const failed = adopt.error ? errorWords(adopt.error) : null;
  return (
    <Dialog
      title={`Adopt ${countText(items.length, "entry", "entries")}`}
      description="They are kept in the portal. A file in the repository can follow later, and counts from then on."
      isOpen
      onOpenChange={onClose}
      width="max-w-[440px]"
    >
      <form onSubmit={submit}>
        <DialogBody className="flex flex-col gap-4">
          <Field
            label="Owner of all of them"
            isOptional={ownerless === 0}
            help={
              ownerless > 0
                ? `For ${countText(ownerless, "of them", "of them")} nobody could be guessed`
                : "Empty: each gets the owner that was guessed"
            }
            error={failed?.field === "ownerRef" ? failed.sentence : null}
          >
            {(control) => <GroupInput {...control} value={owner} onChange={setOwner} />}
          </Field>
          <Field label="Type">
            {(control) => (
              <Select
                {...control}
                value={type}
                onChange={(event) => setType(event.target.value)}
                options={[
                  { value: "", label: "As guessed" },
                  ...componentTypes.map((value) => ({ value, label: value })),
                ]}
              />
            )}
          </Field>
          <Field label="Lifecycle">
            {(control) => (
              <Select
                {...control}
                value={lifecycle}
                onChange={(event) => setLifecycle(event.target.value as Lifecycle)}
                options={["production", "experimental", "deprecated"].map((value) => ({
                  value,
                  label: value,
                }))}
              />
            )}
          </Field>
          {failed && failed.field !== "ownerRef" ? (
            <p role="alert" className="text-danger text-small">
              {failed.sentence}
            </p>
          ) : null}
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" type="submit" isBusy={adopt.isPending}>
            Adopt
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
