"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ThumbsDown, ThumbsUp } from "lucide-react";
import { useState } from "react";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { classes } from "#components/ui/classes.ts";
import { Field } from "#components/ui/field.tsx";
import { inputLook } from "#components/ui/input.tsx";
import { say } from "#components/ui/toast.tsx";

type Vote = { isUseful: boolean; comment: string | null };
type Props = { entityRef: string; path: string; vote: Vote | null };

/** "Was this useful?": one answer of a person for each page; pressed again it is taken back. */
export function DocsVote({ entityRef, path, vote }: Props) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [given, setGiven] = useState<Vote | null>(vote);
  const [comment, setComment] = useState(vote?.comment ?? "");
  const answer = useMutation(
    trpc.docs.vote.mutationOptions({
      onSuccess: (_, { isUseful, comment: text }) => {
        setGiven(isUseful === null ? null : { isUseful, comment: text ?? null });
        return queryClient.invalidateQueries(trpc.docs.pathFilter());
      },
      onError: (error) => say(errorWords(error).sentence, { tone: "danger" }),
    }),
  );
  const press = (isUseful: boolean) =>
    answer.mutate({
      ref: entityRef,
      path,
      isUseful: given?.isUseful === isUseful ? null : isUseful,
      ...(comment.trim() ? { comment: comment.trim() } : {}),
    });
  return (
    <section aria-label="Was this useful?" className="flex flex-col gap-3 border-line border-t pt-4">
      <div className="flex flex-wrap items-center gap-2">
        <span className="font-medium text-table">Was this useful?</span>
        <Button size="small" aria-pressed={given?.isUseful === true} onClick={() => press(true)}>
          <ThumbsUp aria-hidden size={14} />
          Yes
        </Button>
        <Button size="small" aria-pressed={given?.isUseful === false} onClick={() => press(false)}>
          <ThumbsDown aria-hidden size={14} />
          No
        </Button>
        <span role="status" className="text-muted text-small">
          {given ? (given.isUseful ? "You said yes." : "You said no.") : ""}
        </span>
      </div>
      {given ? (
        <form
          className="flex max-w-[480px] flex-col items-start gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            answer.mutate({ ref: entityRef, path, isUseful: given.isUseful, comment: comment.trim() });
          }}
        >
          <div className="w-full">
            <Field
              label="What would make it better?"
              isOptional
              help="Its owners read this without your name."
            >
              {(control) => (
                <textarea
                  {...control}
                  rows={2}
                  maxLength={2_000}
                  value={comment}
                  onChange={(event) => setComment(event.target.value)}
                  className={classes(inputLook, "h-auto py-1.5")}
                />
              )}
            </Field>
          </div>
          {comment.trim() !== (given.comment ?? "") ? (
            <Button type="submit" size="small" isBusy={answer.isPending}>
              Send
            </Button>
          ) : null}
        </form>
      ) : null}
    </section>
  );
}
