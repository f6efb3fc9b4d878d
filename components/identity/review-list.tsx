"use client";

import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { entityHref } from "#components/catalog/entity-href.ts";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Input } from "#components/ui/input.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import { say } from "#components/ui/toast.tsx";
import type { ReviewRow } from "#server/identity/people/reviews.ts";
import { useReason } from "./use-reason.ts";

/** What people who left still own; nothing where there is nothing. */
export function ReviewList() {
  const trpc = useTRPC();
  const { data: reviews } = useSuspenseQuery(trpc.identity.reviews.queryOptions());
  if (reviews.length === 0) return null;
  return (
    <Section title="Needs a new owner" count={reviews.length} className="pt-6">
      <p className="pb-2 text-fg-soft text-table">
        Their owner left. Name another owner in the catalog file: the line goes by itself with the next
        import.
      </p>
      <Table label="Entries whose owner left">
        <thead>
          <tr>
            <Th>Entry</Th>
            <Th>Former owner</Th>
            <Th className="max-md:hidden">Since</Th>
            <Th>
              <span className="sr-only">Actions</span>
            </Th>
          </tr>
        </thead>
        <tbody>
          {reviews.map((review) => (
            <Tr key={review.id}>
              <Td>
                <TextLink href={entityHref(review.entityRef)}>{review.entityTitle}</TextLink>
              </Td>
              <Td>{review.formerOwnerName}</Td>
              <Td className="text-muted max-md:hidden">
                <RelativeTime at={review.createdAt} />
              </Td>
              <Td className="text-right">
                <Settle review={review} />
              </Td>
            </Tr>
          ))}
        </tbody>
      </Table>
    </Section>
  );
}

function Settle({ review }: { review: ReviewRow }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [isAsked, setIsAsked] = useState(false);
  const reason = useReason(review.may.resolve);
  const resolve = useMutation(
    trpc.identity.resolveReview.mutationOptions({
      onSuccess: () => say(`${review.entityTitle} is settled`),
      onError: (error) => say(errorWords(error).sentence, { tone: "danger" }),
      onSettled: () => queryClient.invalidateQueries(trpc.identity.reviews.pathFilter()),
    }),
  );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    resolve.mutate({ id: review.id, note: String(new FormData(event.currentTarget).get("note")) });
  };
  if (!isAsked)
    return (
      <Button size="small" disabledReason={reason} onClick={() => setIsAsked(true)}>
        Assigned elsewhere
      </Button>
    );
  return (
    <form onSubmit={submit} className="inline-flex flex-wrap justify-end gap-1.5">
      <Input
        aria-label={`Who answers for ${review.entityTitle} now`}
        name="note"
        placeholder="Who answers for it now"
        required
        maxLength={300}
        autoFocus
        className="w-52"
      />
      <Button size="small" type="submit" tone="primary" isBusy={resolve.isPending}>
        Settle
      </Button>
    </form>
  );
}
