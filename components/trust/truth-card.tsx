import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { Section } from "#components/ui/section.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import { truthSentence } from "./truth-figures.tsx";

/** The figure in one line, for the home page of those who lead. Nothing before the first draw. */
export async function TruthCard() {
  const truth = await getQueryClient().fetchQuery(trpc.trust.truth.queryOptions());
  if (truth.months.length === 0) return null;
  return (
    <Section title="How true the catalog is">
      <p className="text-table">{truthSentence(truth)}</p>
      <p className="pt-1 text-small">
        <TextLink href="/catalog/truth">How it was measured</TextLink>
      </p>
    </Section>
  );
}
