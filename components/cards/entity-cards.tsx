"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTRPC } from "#components/trpc/provider.tsx";
import { DefinitionList } from "#components/ui/definition-list.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import type { CardOnEntry } from "#server/cards/read-cards.ts";

const lookAgainMs = 1_500;
const longestWaitMs = 20_000;

/** Where else this entry lives, by its annotations; absent where they name nothing. It comes after the page, since nobody waits for it. */
export function EntityCards({ entityRef }: { entityRef: string }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const options = trpc.cards.ofEntry.queryOptions({ ref: entityRef });
  const refresh = useMutation(
    trpc.cards.refresh.mutationOptions({
      onSettled: () => queryClient.invalidateQueries({ queryKey: options.queryKey }),
    }),
  );
  const { data: cards } = useQuery({
    ...options,
    // An answer that was ordered comes within seconds; after that, whoever wants a newer one opens the page again.
    refetchInterval: () =>
      refresh.submittedAt > 0 && Date.now() - refresh.submittedAt < longestWaitMs ? lookAgainMs : false,
  });
  const { mutate } = refresh;
  const stale = cards?.find(({ values }) => values?.isStale)?.id;
  useEffect(() => {
    if (stale) mutate({ id: stale, ref: entityRef });
  }, [stale, entityRef, mutate]);
  if (!cards || cards.length === 0) return null;
  const links = cards.filter(({ values }) => values === null);
  return (
    <>
      {links.length > 0 ? (
        <Section title="Elsewhere">
          <ul>
            {links.map((card) => (
              <li
                key={card.name}
                className="flex min-h-8 items-center border-line border-b py-1 text-table last:border-b-0"
              >
                <TextLink href={card.url} className="truncate" title={card.url}>
                  {card.name}
                </TextLink>
              </li>
            ))}
          </ul>
        </Section>
      ) : null}
      {cards.map((card) =>
        card.values ? <Values key={card.name} card={card} values={card.values} /> : null,
      )}
    </>
  );
}

type Values = NonNullable<CardOnEntry["values"]>;

function Values({ card, values }: { card: CardOnEntry; values: Values }) {
  return (
    <Section title={card.name} action={<TextLink href={card.url}>Open</TextLink>}>
      {values.items.length > 0 ? (
        <DefinitionList facts={values.items.map(({ label, text }) => ({ term: label, value: text }))} />
      ) : null}
      <p className="pt-1 text-muted text-small" role="status">
        {values.failure ? `Could not be read: ${values.failure}. ` : null}
        {values.answeredAt ? (
          <>
            As of <RelativeTime at={values.answeredAt} />
          </>
        ) : values.failure ? null : (
          "Being read …"
        )}
      </p>
    </Section>
  );
}
