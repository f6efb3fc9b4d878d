"use client";

import { errorWords } from "#components/trpc/error-words.ts";
import { asSentence } from "#components/ui/sentence.ts";
import { ConfirmIdentity } from "./confirm-identity.tsx";

type Props = { error: unknown; returnTo: string; onConfirmed: () => void };

/** What went wrong with a change of who may do what; or the way to prove once more who one is, where that is all it needs. */
export function FailureNote({ error, returnTo, onConfirmed }: Props) {
  if (!error) return null;
  const { sentence, field, requestId } = errorWords(error);
  if (field === "confirm")
    return <ConfirmIdentity sentence={sentence} returnTo={returnTo} onConfirmed={onConfirmed} />;
  return (
    <p role="alert" className="text-danger text-small">
      {asSentence(sentence)}
      {requestId ? ` Request ${requestId}` : null}
    </p>
  );
}
