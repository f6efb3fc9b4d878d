"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "#components/trpc/provider.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { asSentence } from "#components/ui/sentence.ts";
import type { Granter, Refusal } from "#server/core/refusal.ts";
import { granterWords, namedGranters } from "#server/identity/model.ts";

/** A room that this person may not enter: the rule, and who can make an exception. */
export function NoAccess({ room, refusal }: { room: string; refusal: Refusal }) {
  return (
    <>
      <PageHeader title={room} />
      <EmptyState
        kind="noAccess"
        title={refusal.sentence}
        action={<ButtonLink href="/">Back to home</ButtonLink>}
      >
        <WhyNot words={refusal.words} grantedBy={refusal.grantedBy} />
      </EmptyState>
    </>
  );
}

/** "Why can't I?": the rule in words where they are known, and whom to ask. */
export function WhyNot({ words, grantedBy }: { words?: string; grantedBy: readonly Granter[] }) {
  const trpc = useTRPC();
  const named = namedGranters(grantedBy);
  const { data: people } = useQuery({
    ...trpc.identity.granters.queryOptions({ grantedBy: named }),
    enabled: named.length > 0,
    staleTime: 300_000,
  });
  return (
    <>
      <span className="font-medium">Why can’t I?</span> {words ? `${asSentence(words)} ` : null}
      {granterWords(grantedBy, people?.names ?? [])}
    </>
  );
}
