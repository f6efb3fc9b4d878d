"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { FailureNote } from "#components/identity/failure-note.tsx";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogActions, DialogBody } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { say } from "#components/ui/toast.tsx";

export type SynonymDraft = { id?: string; words: string[]; answers?: string };

function useSave(onClose: () => void) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  return useMutation(
    trpc.search.saveSynonyms.mutationOptions({
      onSuccess: () => {
        say("Synonyms saved");
        onClose();
      },
      onSettled: () => queryClient.invalidateQueries(trpc.search.pathFilter()),
    }),
  );
}

/** Words that mean the same, parted by commas: whoever types one of them finds what has any of them. */
export default function SynonymDialog({ draft, onClose }: { draft: SynonymDraft; onClose: () => void }) {
  const [first = "", ...others] = draft.words;
  const [word, setWord] = useState(first);
  const [same, setSame] = useState(others.join(", "));
  const save = useSave(onClose);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const words = [word, ...same.split(",")].map((text) => text.trim()).filter(Boolean);
    const { id, answers } = draft;
    save.mutate({ words, ...(id ? { id } : {}), ...(answers ? { answers } : {}) });
  };
  return (
    <Dialog
      title={draft.id ? "Change synonyms" : "Add synonyms"}
      description="Whoever types one of these words finds what has any of them."
      isOpen
      onOpenChange={onClose}
      width="max-w-[440px]"
    >
      <form onSubmit={submit}>
        <DialogBody className="flex flex-col gap-4">
          <Field label="People type">
            {(control) => (
              <Input
                {...control}
                value={word}
                required
                maxLength={60}
                onChange={(event) => setWord(event.target.value)}
              />
            )}
          </Field>
          <Field label="It is called" help="Several words are parted by commas; each has three words at most">
            {(control) => (
              <Input
                {...control}
                value={same}
                required
                maxLength={600}
                autoFocus={first !== ""}
                onChange={(event) => setSame(event.target.value)}
              />
            )}
          </Field>
          <FailureNote error={save.error} returnTo="/admin/searches" onConfirmed={() => save.reset()} />
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
