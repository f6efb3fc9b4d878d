"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Section } from "#components/ui/section.tsx";
import { DocsHits } from "./docs-hits.tsx";

/** Pages of any documentation that say what was typed. */
export function DocsFound({ query, limit }: { query: string; limit: number }) {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.docs.search.queryOptions({ query, limit }));
  return (
    <Section title="In the pages" count={data.length} className="max-w-[960px]">
      <div className="-mx-2">
        <DocsHits hits={data} label="Pages that say this" isAcrossSites />
      </div>
    </Section>
  );
}
