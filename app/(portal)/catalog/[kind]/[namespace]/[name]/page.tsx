import { EntityOverview } from "#components/catalog/entity-overview.tsx";
import { type EntityParams, readEntity } from "./read-entity.ts";

export default async function EntityPage({ params }: { params: EntityParams }) {
  return <EntityOverview entity={await readEntity(params)} />;
}
