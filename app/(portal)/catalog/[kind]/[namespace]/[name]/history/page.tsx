import { orFirstPage } from "#app/or-first-page.ts";
import { entityHref } from "#components/catalog/entity-href.ts";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { HistoryList } from "#components/trust/history-list.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { type EntityParams, readEntity } from "../read-entity.ts";

type Props = { params: EntityParams; searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function HistoryPage({ params, searchParams }: Props) {
  const { ref } = await readEntity(params);
  const search = await searchParams;
  const { cursor } = search;
  const input = { ref, ...(typeof cursor === "string" ? { cursor } : {}) };
  const read = () => getQueryClient().fetchQuery(trpc.trust.history.queryOptions(input));
  const href = entityHref(ref, "history");
  await orFirstPage(href, search, read);
  const { items, nextCursor } = await read();
  if (items.length === 0) {
    return (
      <EmptyState kind="nothing" title="Nothing happened to it yet">
        Changes that imports bring, and what people say about it here, are listed from now on.
      </EmptyState>
    );
  }
  return (
    <>
      <HistoryList items={items} />
      {nextCursor ? (
        <div className="pt-3">
          <ButtonLink href={`${href}?cursor=${encodeURIComponent(nextCursor)}`}>
            Show what was before
          </ButtonLink>
        </div>
      ) : null}
    </>
  );
}
