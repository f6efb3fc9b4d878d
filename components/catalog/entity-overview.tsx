import { DeliveryOverview, DeliveryOverviewSkeleton } from "#components/delivery/delivery-overview.tsx";
import { QueryBoundary } from "#components/layout/query-boundary.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import type { EntityDetail } from "#server/catalog/model.ts";
import { EntityFacts } from "./entity-facts.tsx";
import { entityHref } from "./entity-href.ts";
import { RelationList } from "./relation-list.tsx";

/** Owner and system stand among the facts already. */
const amongFacts = new Set(["ownedBy", "partOf"]);

export function EntityOverview({ entity }: { entity: EntityDetail }) {
  const relations = entity.relations.filter(({ type }) => !amongFacts.has(type));
  const isComponent = entity.kind.toLowerCase() === "component";
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-x-12 gap-y-8 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
      <div className="flex min-w-0 flex-col gap-8">
        {isComponent ? (
          <QueryBoundary
            failure="The deployments could not be loaded"
            fallback={<DeliveryOverviewSkeleton />}
          >
            <DeliveryOverview entityRef={entity.ref} />
          </QueryBoundary>
        ) : null}
        {relations.length > 0 ? (
          <div className="gap-x-8 sm:columns-2">
            {relations.map((relation) => (
              <div key={relation.type} className="break-inside-avoid pb-6">
                <RelationList
                  relation={relation}
                  limit={8}
                  moreHref={`${entityHref(entity.ref, "relations")}?type=${encodeURIComponent(relation.type)}`}
                />
              </div>
            ))}
          </div>
        ) : isComponent ? null : (
          <EmptyState kind="nothing" isCompact title="Nothing is connected to this yet">
            Entries that name it, or that it names, appear here.
          </EmptyState>
        )}
      </div>
      <EntityFacts entity={entity} />
    </div>
  );
}
