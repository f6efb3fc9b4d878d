import { EntityOverview } from "#components/catalog/entity-overview.tsx";
import { TeamOverview } from "#components/teams/team-overview.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { settleSoon } from "#components/trpc/prefetch.ts";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { type EntityParams, readEntity } from "./read-entity.ts";

const owners = new Set(["group", "user"]);

export default async function EntityPage({ params }: { params: EntityParams }) {
  const entity = await readEntity(params);
  const { ref } = entity;
  if (!owners.has(entity.kind.toLowerCase())) return <EntityOverview entity={entity} />;
  const queryClient = getQueryClient();
  const isGroup = entity.kind.toLowerCase() === "group";
  await settleSoon(
    queryClient.prefetchQuery(trpc.teams.owned.queryOptions({ ref })),
    isGroup ? queryClient.prefetchQuery(trpc.teams.delivery.queryOptions({ ref })) : Promise.resolve(),
  );
  return (
    <Hydrate>
      <TeamOverview entity={entity} />
    </Hydrate>
  );
}
