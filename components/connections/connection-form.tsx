"use client";

import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { asSentence } from "#components/ui/sentence.ts";
import type { ConnectionItem, ConnectionTest } from "#server/connections/model.ts";
import { AskFailure, askForTest } from "./ask-connection.ts";
import { ConnectionChecks } from "./connection-checks.tsx";
import { appInputOf, type ConnectionDraft, draftOf, tokenInputOf, typedOwners } from "./connection-draft.ts";
import { AppFields, TokenFields } from "./credential-fields.tsx";
import { DraftText } from "./draft-text.tsx";
import { NetworkFields } from "./network-fields.tsx";

type Props = {
  /** What a new one begins with, or the one to change. */
  begin: ConnectionDraft | ConnectionItem;
  onSaved: (id: string, name: string) => void;
  onCancel: () => void;
};
type Failure = { sentence: string; field: string | null };

/** A connection by token, or an App that exists: tried first, and saved when the host has answered. */
export function ConnectionForm({ begin, onSaved, onCancel }: Props) {
  const id = "id" in begin ? begin.id : undefined;
  const [draft, setDraft] = useState<ConnectionDraft>(() => ("id" in begin ? draftOf(begin) : begin));
  const [tested, setTested] = useState<ConnectionTest | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [isTesting, setIsTesting] = useState(false);
  const save = useSave(onSaved, setFailure);
  const errors = failure?.field ? { [failure.field]: failure.sentence } : {};
  const fields = {
    draft,
    errors,
    onChange: (change: Partial<ConnectionDraft>) => {
      setDraft((before) => ({ ...before, ...change }));
      setTested(null);
      setFailure(null);
    },
  };
  const test = async () => {
    setIsTesting(true);
    setFailure(null);
    try {
      const owners = typedOwners(draft);
      const input = draft.auth === "token" ? tokenInputOf(draft, id, owners) : appInputOf(draft, id);
      setTested(await askForTest({ ...input, auth: draft.auth }));
    } catch (error) {
      const field = error instanceof AskFailure ? error.field : null;
      setFailure({ sentence: (error as Error).message, field });
    }
    setIsTesting(false);
  };
  const isGood = tested?.checks.every(({ state }) => state !== "failed") ?? false;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isGood && tested) save.run(draft, id, tested);
    else void test();
  };
  return (
    <form onSubmit={submit} noValidate className="flex max-w-[560px] flex-col gap-4">
      <DraftText
        {...fields}
        name="name"
        label="Name"
        help="As it is called in the portal, such as your organisation"
      />
      {draft.auth === "token" ? (
        <TokenFields {...fields} isNew={id === undefined} />
      ) : (
        <AppFields {...fields} isNew={id === undefined} />
      )}
      <NetworkFields {...fields} hasLimits />
      <div className="flex flex-col gap-3" aria-live="polite">
        {tested ? <ConnectionChecks checks={tested.checks} /> : null}
        {failure && !(failure.field && failure.field in draft) ? (
          <Notice tone="danger" title="That did not work">
            {asSentence(failure.sentence)}
          </Notice>
        ) : null}
      </div>
      <div className="flex gap-2">
        <Button tone={isGood ? "secondary" : "primary"} isBusy={isTesting} onClick={() => void test()}>
          {isTesting ? "Testing…" : "Test"}
        </Button>
        <Button
          tone={isGood ? "primary" : "secondary"}
          type="submit"
          isBusy={save.isPending}
          disabledReason={isGood ? null : "Test it first: it is saved when the host has let the portal in"}
        >
          Save
        </Button>
        <Button tone="quiet" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

function useSave(onSaved: Props["onSaved"], onFailed: (failure: Failure) => void) {
  const trpc = useTRPC();
  const token = useMutation(trpc.connections.saveToken.mutationOptions());
  const app = useMutation(trpc.connections.saveApp.mutationOptions());
  const run = (draft: ConnectionDraft, id: string | undefined, tested: ConnectionTest) => {
    const answers = {
      onSuccess: (saved: { id: string }) => onSaved(saved.id, draft.name),
      onError: (error: unknown) => onFailed(errorWords(error)),
    };
    // Without a choice of one's own all that the token shows is read.
    const owners = typedOwners(draft).length > 0 ? tested.owners : [];
    if (draft.auth === "token") token.mutate(tokenInputOf(draft, id, owners), answers);
    else app.mutate(appInputOf(draft, id), answers);
  };
  return { run, isPending: token.isPending || app.isPending };
}
