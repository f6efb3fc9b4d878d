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
import { TextLink } from "#components/ui/text-link.tsx";
import { say } from "#components/ui/toast.tsx";
import type { UpkeepItem } from "#server/trust/reads/upkeep.ts";

/** What somebody who can judge it said is wrong, until it is changed at its source or settled here. */
export function UpkeepItems() {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.trust.upkeep.queryOptions());
  if (data.items.length === 0) return null;
  return (
    <Section title="To put right" count={data.items.length}>
      <ul>
        {data.items.map((item) => (
          <Item key={item.id} item={item} />
        ))}
      </ul>
    </Section>
  );
}

function Item({ item }: { item: UpkeepItem }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [isAsked, setIsAsked] = useState(false);
  const close = useMutation(
    trpc.trust.closeUpkeep.mutationOptions({
      onSuccess: () => say(`${item.title} is put right`),
      onError: (error) => say(errorWords(error).sentence, { tone: "danger" }),
      onSettled: () => queryClient.invalidateQueries(trpc.trust.pathFilter()),
    }),
  );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    close.mutate({ id: item.id, note: String(new FormData(event.currentTarget).get("note")) });
  };
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-line border-b py-2.5 text-table last:border-b-0">
      <div className="min-w-0 flex-1 basis-64">
        <TextLink href={entityHref(item.ref)} className="font-medium">
          {item.title}
        </TextLink>
        <p className="break-words">
          {item.sort} “{item.value}” is wrong{item.note ? `: ${item.note}` : null}
        </p>
        <p className="text-muted text-small">
          Said <RelativeTime at={item.openedAt} />. It goes by itself when its source says something else.
        </p>
      </div>
      {isAsked ? (
        <form onSubmit={submit} className="flex flex-wrap gap-1.5">
          <Input
            aria-label={`What was done about ${item.title}`}
            name="note"
            placeholder="What was done about it"
            required
            maxLength={300}
            autoFocus
            className="w-56"
          />
          <Button size="small" type="submit" tone="primary" isBusy={close.isPending}>
            Settle
          </Button>
        </form>
      ) : (
        <Button size="small" onClick={() => setIsAsked(true)}>
          It is right
        </Button>
      )}
    </li>
  );
}
