import { deliveryScope } from "#components/delivery/figures/delivery-scope.ts";
import type { EntityDetail } from "#server/catalog/model.ts";
import { entityHref } from "./entity-href.ts";

export type EntityTabItem = { href: string; label: string; count?: number };
type Entity = Pick<
  EntityDetail,
  "ref" | "kind" | "hasDefinition" | "projectSlug" | "relations" | "problems"
> &
  Partial<Pick<EntityDetail, "annotations">>;

/** Which tabs an entry has: only those that can hold something. */
export function entityTabs(entity: Entity): EntityTabItem[] {
  const isDeployed = entity.kind.toLowerCase() === "component" || entity.projectSlug !== null;
  const isMeasured = deliveryScope(entity.kind, entity.ref) !== null;
  const related = entity.relations.reduce((sum, relation) => sum + relation.total, 0);
  return [
    { href: entityHref(entity.ref), label: "Overview" },
    ...(isDocumented(entity) ? [{ href: entityHref(entity.ref, "docs"), label: "Docs" }] : []),
    ...(isMeasured ? [{ href: entityHref(entity.ref, "delivery"), label: "Delivery" }] : []),
    ...(isDeployed ? [{ href: entityHref(entity.ref, "deployments"), label: "Deployments" }] : []),
    ...(isDeployed ? [{ href: entityHref(entity.ref, "changes"), label: "What changed" }] : []),
    ...(entity.hasDefinition ? [{ href: entityHref(entity.ref, "definition"), label: "Definition" }] : []),
    { href: entityHref(entity.ref, "relations"), label: "Relations", count: related },
    ...(related > 0 ? [{ href: entityHref(entity.ref, "dependencies"), label: "Dependencies" }] : []),
    { href: entityHref(entity.ref, "source"), label: "Source" },
    { href: entityHref(entity.ref, "history"), label: "History" },
    { href: entityHref(entity.ref, "problems"), label: "Problems", count: entity.problems.length },
  ];
}

const isDocumented = ({ annotations = [] }: Entity) =>
  annotations.some(({ key, value }) => key === "backstage.io/techdocs-ref" && value.trim() !== "");
