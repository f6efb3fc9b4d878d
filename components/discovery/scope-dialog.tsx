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
import type { DiscoveryItem } from "#server/discovery/model.ts";

const linesOf = (text: string) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

const draftOf = ({ scope }: DiscoveryItem) => ({
  ...scope,
  paths: scope.paths.join("\n"),
  included: scope.included.join("\n"),
  excluded: scope.excluded.join("\n"),
  branch: scope.branch ?? "",
});
type Draft = ReturnType<typeof draftOf>;
type SetDraft = <Key extends keyof Draft>(key: Key, value: Draft[Key]) => void;
type FieldsProps = { draft: Draft; set: SetDraft };

/** Which files of which repositories come into the catalogue by themselves. */
export default function ScopeDialog({ item, onClose }: { item: DiscoveryItem; onClose: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(item));
  const set: SetDraft = (key, value) => setDraft((before) => ({ ...before, [key]: value }));
  const save = useMutation(
    trpc.discovery.saveScope.mutationOptions({
      onSuccess: () => {
        say("Saved; everything is looked over by it now");
        onClose();
      },
      onSettled: () => queryClient.invalidateQueries(trpc.discovery.pathFilter()),
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({
      ...draft,
      connectionId: item.connectionId,
      paths: linesOf(draft.paths),
      included: linesOf(draft.included),
      excluded: linesOf(draft.excluded),
      branch: draft.branch,
    });
  };
  const failed = save.error ? errorWords(save.error) : null;
  const errorOf = (name: string) => (failed?.field === name ? failed.sentence : null);
  return (
    <Dialog title={`What is looked at of ${item.name}`} isOpen onOpenChange={onClose} width="max-w-[520px]">
      <form onSubmit={submit} className="flex min-h-0 flex-col">
        <DialogBody className="flex flex-col gap-4">
          <Where draft={draft} set={set} errorOf={errorOf} />
          <Also draft={draft} set={set} />
          {failed && !failed.field ? (
            <p role="alert" className="text-danger text-small">
              {failed.sentence}
            </p>
          ) : null}
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" type="submit" isBusy={save.isPending}>
            Save
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

function Where({ draft, set, errorOf }: FieldsProps & { errorOf: (name: string) => string | null }) {
  return (
    <>
      <Field
        label="Catalog files"
        help="One pattern a line; ** stands for any folders"
        error={errorOf("paths")}
      >
        {(control) => (
          <TextArea
            {...control}
            rows={3}
            required
            value={draft.paths}
            onChange={(event) => set("paths", event.target.value)}
          />
        )}
      </Field>
      <Field
        label="Branch"
        isOptional
        help="Empty: each repository's default branch"
        error={errorOf("branch")}
      >
        {(control) => (
          <Input
            {...control}
            value={draft.branch}
            maxLength={200}
            onChange={(event) => set("branch", event.target.value)}
          />
        )}
      </Field>
      <Field
        label="Only these repositories"
        isOptional
        help="One pattern a line, such as acme/shop-*"
        error={errorOf("included")}
      >
        {(control) => (
          <TextArea
            {...control}
            rows={2}
            value={draft.included}
            onChange={(event) => set("included", event.target.value)}
          />
        )}
      </Field>
      <Field
        label="Never these repositories"
        isOptional
        help="One pattern a line"
        error={errorOf("excluded")}
      >
        {(control) => (
          <TextArea
            {...control}
            rows={2}
            value={draft.excluded}
            onChange={(event) => set("excluded", event.target.value)}
          />
        )}
      </Field>
    </>
  );
}

function Also({ draft, set }: FieldsProps) {
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="pb-1 font-medium text-table">Also</legend>
      <Checkbox checked={draft.withArchived} onChange={(event) => set("withArchived", event.target.checked)}>
        Archived repositories
      </Checkbox>
      <Checkbox checked={draft.withForks} onChange={(event) => set("withForks", event.target.checked)}>
        Forks
      </Checkbox>
      <Checkbox checked={draft.withPeople} onChange={(event) => set("withPeople", event.target.checked)}>
        Teams and members, as groups and people
      </Checkbox>
      <Checkbox
        checked={draft.withProposals}
        onChange={(event) => set("withProposals", event.target.checked)}
      >
        Proposals for repositories without a file
      </Checkbox>
    </fieldset>
  );
}
