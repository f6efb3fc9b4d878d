"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "#components/trpc/provider.tsx";
import { asSentence } from "#components/ui/sentence.ts";
import type { Refusal } from "#server/core/refusal.ts";
import { granterWords, namedGranters } from "#server/identity/model.ts";

/**
 * "Why can't I?" for a disabled button: the rule in words, and the names of people who can allow it. Null while nothing
 * is refused. The names come a moment later and are kept.
 */
export function useReason(refusal: Refusal | null | undefined): string | null {
  const trpc = useTRPC();
  const grantedBy = namedGranters(refusal?.grantedBy ?? []);
  const { data: people } = useQuery({
    ...trpc.identity.granters.queryOptions({ grantedBy }),
    enabled: grantedBy.length > 0,
    staleTime: 300_000,
  });
  if (!refusal) return null;
  return [asSentence(refusal.sentence), granterWords(refusal.grantedBy, people?.names ?? [])]
    .filter(Boolean)
    .join(" ");
}
