"use client";

import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { entityHref } from "#components/catalog/entity-href.ts";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Input } from "#components/ui/input.tsx";
import { Section } from "#components/ui/section.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import { say } from "#components/ui/toast.tsx";
import type { UpkeepQuestion } from "#server/trust/reads/upkeep.ts";
import { questionWords } from "#server/trust/truth/model.ts";

/** The few facts that I was asked about this month; nothing where there are none. */
export function QuestionList() {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.trust.upkeep.queryOptions());
  if (data.questions.length === 0) return null;
  return (
    <Section title="Is this right?" count={data.questions.length}>
      <p className="pb-2 text-fg-soft text-table">
        A few facts, drawn by chance. Your answers make the{" "}
        <TextLink href="/catalog/truth">figure of how true the catalog is</TextLink>; nobody is shown who
        answered what.
      </p>
      <ul>
        {data.questions.map((question) => (
          <Question key={question.id} question={question} />
        ))}
      </ul>
    </Section>
  );
}

function Question({ question }: { question: UpkeepQuestion }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [isWrong, setIsWrong] = useState(false);
  const answer = useMutation(
    trpc.trust.answer.mutationOptions({
      onSuccess: () => say("Thank you"),
      onError: (error) => say(errorWords(error).sentence, { tone: "danger" }),
      onSettled: () => queryClient.invalidateQueries(trpc.trust.pathFilter()),
    }),
  );
  const give = (word: "right" | "unknown") => answer.mutate({ id: question.id, answer: word });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const note = String(new FormData(event.currentTarget).get("note"));
    answer.mutate({ id: question.id, answer: "wrong", note });
  };
  const words = questionWords(question.sort, question.valueTitle);
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-line border-b py-2.5 text-table last:border-b-0">
      <div className="min-w-0 flex-1 basis-64">
        <TextLink href={entityHref(question.ref)} className="font-medium">
          {question.title}
        </TextLink>
        <p className="break-words">{words}</p>
      </div>
      {isWrong ? (
        <form onSubmit={submit} className="flex flex-wrap gap-1.5">
          <Input
            aria-label={`What would be right for ${question.title}`}
            name="note"
            placeholder="What would be right?"
            maxLength={300}
            autoFocus
            className="w-56"
          />
          <Button size="small" type="submit" tone="primary" isBusy={answer.isPending}>
            Send
          </Button>
        </form>
      ) : (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset would need a legend that repeats the question
        <div role="group" aria-label={`${question.title}: ${words}`} className="flex flex-wrap gap-1.5">
          <Button size="small" isBusy={answer.isPending} onClick={() => give("right")}>
            Right
          </Button>
          <Button size="small" onClick={() => setIsWrong(true)}>
            Wrong
          </Button>
          <Button size="small" tone="quiet" onClick={() => give("unknown")}>
            Don’t know
          </Button>
        </div>
      )}
    </li>
  );
}
