import { EntityFacts } from "#components/catalog/entity-facts.tsx";
import { entityHref } from "#components/catalog/entity-href.ts";
import { RelationList } from "#components/catalog/relation-list.tsx";
import { QueryBoundary } from "#components/layout/query-boundary.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import type { EntityDetail } from "#server/catalog/model.ts";
import { OwnedSection } from "./owned-section.tsx";
import { TeamDeliverySection } from "./team-delivery.tsx";

/** What it owns has a table of its own. */
const inTable = new Set(["ownerOf"]);

/** The page of a Group or a User: what it owns and how that stands, and who belongs to it. */
export function TeamOverview({ entity }: { entity: EntityDetail }) {
  const relations = entity.relations.filter(({ type }) => !inTable.has(type));
  const isGroup = entity.kind.toLowerCase() === "group";
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-x-12 gap-y-8 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
      <div className="flex min-w-0 flex-col gap-8">
        <QueryBoundary
          failure="What it owns could not be loaded"
          fallback={<SkeletonRows rows={6} label="Loading what it owns" hasHead />}
        >
          <OwnedSection entityRef={entity.ref} />
        </QueryBoundary>
        {relations.length > 0 ? (
          <div className="gap-x-8 sm:columns-2">
            {relations.map((relation) => (
              <div key={relation.type} className="break-inside-avoid pb-6">
                <RelationList
                  relation={relation}
                  limit={20}
                  moreHref={`${entityHref(entity.ref, "relations")}?type=${encodeURIComponent(relation.type)}`}
                />
              </div>
            ))}
          </div>
        ) : null}
      </div>
      <div className="flex min-w-0 flex-col gap-6">
        {isGroup ? (
          <QueryBoundary
            failure="The deployments could not be loaded"
            fallback={<SkeletonRows rows={4} label="Loading deployments" />}
          >
            <TeamDeliverySection entityRef={entity.ref} />
          </QueryBoundary>
        ) : null}
        <EntityFacts entity={entity} />
      </div>
    </div>
  );
}
