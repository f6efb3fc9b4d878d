import { orFirstPage } from "#app/or-first-page.ts";
import { entityHref } from "#components/catalog/entity-href.ts";
import { RelatedPage } from "#components/catalog/related-page.tsx";
import { RelationList } from "#components/catalog/relation-list.tsx";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { type EntityParams, readEntity } from "../read-entity.ts";

type Props = { params: EntityParams; searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function RelationsPage({ params, searchParams }: Props) {
  const entity = await readEntity(params);
  const search = await searchParams;
  const { type, cursor } = search;
  const href = entityHref(entity.ref, "relations");
  const one = entity.relations.find((relation) => relation.type === type);
  if (one) {
    const input = { ref: entity.ref, type: one.type, ...(typeof cursor === "string" ? { cursor } : {}) };
    const read = () => getQueryClient().fetchQuery(trpc.catalog.related.queryOptions(input));
    await orFirstPage(href, search, read);
    const page = await read();
    return <RelatedPage relation={one} page={page} href={href} />;
  }
  if (entity.relations.length === 0 && entity.verdict === "invalid") {
    return (
      <EmptyState
        kind="nothing"
        title="Relations are not read while the file has errors"
        action={<ButtonLink href={entityHref(entity.ref, "problems")}>Show the problems</ButtonLink>}
      />
    );
  }
  if (entity.relations.length === 0) {
    return (
      <EmptyState kind="nothing" title="No relations">
        Its file names no owner, system or dependency, and no other entry names it.
      </EmptyState>
    );
  }
  const {
    relations: sources,
    state,
    may,
  } = await getQueryClient().fetchQuery(trpc.trust.entity.queryOptions({ ref: entity.ref }));
  return (
    <div className="grid gap-x-12 gap-y-8 md:grid-cols-2 xl:grid-cols-3">
      {entity.relations.map((relation) => (
        <RelationList
          key={relation.type}
          relation={relation}
          sources={sources}
          confirmRef={state !== null && may.confirm === null ? entity.ref : undefined}
          limit={20}
          moreHref={`${href}?type=${encodeURIComponent(relation.type)}`}
        />
      ))}
    </div>
  );
}
