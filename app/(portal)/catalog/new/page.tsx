import type { Metadata } from "next";
import { EditorEntry } from "#components/catalog/editor-entry.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { PageHeader } from "#components/ui/page-header.tsx";

export const metadata: Metadata = { title: "Add an entry" };

export default async function NewEntryPage() {
  const { may } = await getQueryClient().fetchQuery(trpc.entries.rights.queryOptions());
  return (
    <Hydrate>
      <PageHeader
        path={[{ label: "Catalog", href: "/catalog" }]}
        title="Add an entry"
        summary="For what has no file. It is kept in the portal; a file with the same name takes it over one day, and its history goes on."
      />
      <EditorEntry kept={null} refusal={may.add} />
    </Hydrate>
  );
}
