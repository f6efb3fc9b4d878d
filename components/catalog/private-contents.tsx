import { WhyNot } from "#components/identity/no-access.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import type { Refusal } from "#server/core/refusal.ts";

/** In the place of what lies in a repository that this person may not read. */
export function PrivateContents({ refusal }: { refusal: Refusal | null }) {
  if (!refusal) return null;
  return (
    <EmptyState kind="noAccess" title={refusal.sentence}>
      <WhyNot words={refusal.words} grantedBy={refusal.grantedBy} />
    </EmptyState>
  );
}
