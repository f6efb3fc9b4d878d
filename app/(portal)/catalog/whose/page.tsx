import type { Metadata } from "next";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { settleSoon } from "#components/trpc/prefetch.ts";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { PageHeader } from "#components/ui/page-header.tsx";
import { WhoseSearch } from "#components/whose/whose-search.tsx";

export const metadata: Metadata = { title: "Whose is this?" };

export default async function WhosePage({ searchParams }: PageProps<"/catalog/whose">) {
  const { text: given } = await searchParams;
  const text = (typeof given === "string" ? given : "").trim().slice(0, 1000);
  if (text) await settleSoon(getQueryClient().prefetchQuery(trpc.whose.ask.queryOptions({ text })));
  return (
    <Hydrate>
      <PageHeader
        path={[{ label: "Catalog", href: "/catalog" }]}
        title="Whose is this?"
        summary="Who owns it, who is on call, and what changed last."
      />
      <WhoseSearch text={text} />
    </Hydrate>
  );
}
