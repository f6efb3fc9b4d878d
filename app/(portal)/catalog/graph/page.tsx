import type { Metadata } from "next";
import { splitRef } from "#components/catalog/entity-href.ts";
import { graphState } from "#components/graph/graph-address.ts";
import { GraphPage } from "#components/graph/graph-page.tsx";
import { GraphStart } from "#components/graph/graph-start.tsx";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { PageHeader } from "#components/ui/page-header.tsx";

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export const metadata: Metadata = { title: "Graph" };

export default async function CatalogGraphPage({ searchParams }: Props) {
  const search = await searchParams;
  const root = typeof search.root === "string" ? search.root.trim().slice(0, 400) : "";
  const entity = root === "" ? null : await findEntity(root);
  return (
    <>
      <PageHeader
        title={entity ? (entity.title ?? entity.name) : "Graph"}
        path={[
          { label: "Catalog", href: "/catalog" },
          ...(entity ? [{ label: "Graph", href: "/catalog/graph" }] : []),
        ]}
        {...(entity ? { reference: entity.ref } : {})}
        summary="What depends on what, and who owns it."
      />
      {entity ? (
        <GraphPage
          root={entity.ref}
          base="/catalog/graph"
          isNamed
          state={graphState(search, splitRef(entity.ref).kind)}
        />
      ) : (
        <GraphStart asked={root} />
      )}
    </>
  );
}

/** Null for what is not in the catalogue, or is no reference at all. */
async function findEntity(ref: string) {
  try {
    return await getQueryClient().fetchQuery(trpc.catalog.byRef.queryOptions({ ref }));
  } catch (error) {
    if ((error as { code?: string }).code === "NOT_FOUND") return null;
    throw error;
  }
}
