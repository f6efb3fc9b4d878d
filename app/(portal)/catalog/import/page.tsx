import type { Metadata } from "next";
import { ImportForm } from "#components/catalog/import-form.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { PageHeader } from "#components/ui/page-header.tsx";
import { TextLink } from "#components/ui/text-link.tsx";

export const metadata: Metadata = { title: "Import files" };

export default async function ImportPage({ searchParams }: PageProps<"/catalog/import">) {
  const { target } = await searchParams;
  await getQueryClient().prefetchQuery(trpc.catalog.locations.queryOptions({ limit: 1 }));
  return (
    <Hydrate>
      <div className="max-w-[720px]">
        <PageHeader
          path={[
            { label: "Catalog", href: "/catalog" },
            { label: "Sources", href: "/catalog/sources" },
          ]}
          title="Import files"
          summary="Brings every catalog-info.yaml of a folder or a repository into the catalog. Importing again is safe: only what changed is written."
        />
        <ImportForm target={typeof target === "string" ? target.slice(0, 2000) : ""} />
        <p className="pt-4 text-fg-soft text-table">
          Not sure about a file? <TextLink href="/catalog/validate">Check it first</TextLink>. No file at all?{" "}
          <TextLink href="/catalog/new">Add an entry by hand</TextLink>.
        </p>
      </div>
    </Hydrate>
  );
}
