"use client";

import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useState } from "react";
import { entityHref } from "#components/catalog/entity-href.ts";
import { useReason } from "#components/identity/use-reason.ts";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { Section } from "#components/ui/section.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import { say } from "#components/ui/toast.tsx";
import { ownerlessReasons } from "#server/trust/model.ts";
import type { Handover } from "#server/trust/reads/handovers.ts";

/** What nobody answers for, each with the teams that might take it over and why. */
export function HandoverList() {
  const trpc = useTRPC();
  const [cursors, setCursors] = useState<string[]>([]);
  const cursor = cursors.at(-1);
  const { data } = useSuspenseQuery(trpc.trust.handovers.queryOptions(cursor ? { cursor } : {}));
  if (data.items.length === 0 && cursors.length === 0) {
    return (
      <EmptyState kind="nothing" isCompact title="Nothing is waiting for a new owner">
        When a person or a team leaves, what they own appears here with who might take it over.
      </EmptyState>
    );
  }
  return (
    <Section title="Needs a new owner" {...(data.total > 0 ? { count: numberText(data.total) } : {})}>
      <ul>
        {data.items.map((item) => (
          <Row key={item.ref} item={item} />
        ))}
      </ul>
      <div className="flex gap-2 pt-3">
        {cursors.length > 0 ? (
          <Button size="small" onClick={() => setCursors(cursors.slice(0, -1))}>
            Back
          </Button>
        ) : null}
        {data.nextCursor ? (
          <Button size="small" onClick={() => setCursors([...cursors, data.nextCursor ?? ""])}>
            Show more
          </Button>
        ) : null}
      </div>
    </Section>
  );
}

function Row({ item }: { item: Handover }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const reason = useReason(item.may.propose);
  const propose = useMutation(
    trpc.trust.proposeOwner.mutationOptions({
      onSuccess: ({ isDone }) =>
        say(
          isDone
            ? `${item.title} has its new owner`
            : `${item.title} has a next owner: its file has still to say so`,
        ),
      onError: (error) => say(errorWords(error).sentence, { tone: "danger" }),
      onSettled: () => queryClient.invalidateQueries(trpc.trust.pathFilter()),
    }),
  );
  return (
    <li className="grid gap-x-6 gap-y-2 border-line border-b py-3 text-table last:border-b-0 md:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
      <div className="min-w-0">
        <TextLink href={entityHref(item.ref)} className="font-medium">
          {item.title}
        </TextLink>
        <span className="pl-2 text-muted text-small">{item.kind}</span>
        <p className="break-words text-fg-soft">
          {ownerlessReasons[item.reason]}
          {item.formerOwnerRef ? `: ${item.formerOwnerName ?? item.formerOwnerRef}` : null}
        </p>
      </div>
      {item.suggestions.length === 0 ? (
        <p className="text-muted">
          Nothing tells who might take it over: ask around, then name the owner in its file.
        </p>
      ) : (
        <ul className="flex flex-col gap-2">
          {item.suggestions.map((suggestion) => (
            <li key={suggestion.ownerRef} className="flex items-start gap-3">
              <div className="min-w-0 flex-1">
                <TextLink href={entityHref(suggestion.ownerRef)}>{suggestion.title}</TextLink>
                <p className="break-words text-muted text-small">
                  {suggestion.evidence.map(({ words }) => words).join(" · ")}
                </p>
              </div>
              <Button
                size="small"
                aria-label={`Hand ${item.title} to ${suggestion.title}`}
                disabledReason={reason}
                isBusy={propose.isPending}
                onClick={() => propose.mutate({ ref: item.ref, ownerRef: suggestion.ownerRef })}
              >
                Hand over
              </Button>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}
