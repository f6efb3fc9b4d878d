import { notFound } from "next/navigation";
import { SourceForm } from "#components/delivery/sources/source-form.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { settleSoon } from "#components/trpc/prefetch.ts";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { type EntityParams, readEntity } from "../../read-entity.ts";
import { tabTitle } from "../../tab-title.ts";

type Props = { params: EntityParams };

export const generateMetadata = ({ params }: Props) => tabTitle(params, "Source of deployments");

/** Which facts count as a service's deployments. */
export default async function DeliverySourcePage({ params }: Props) {
  const { ref, kind } = await readEntity(params);
  if (kind.toLowerCase() !== "component") notFound();
  await settleSoon(
    getQueryClient().prefetchQuery(trpc.deliverySources.ofService.queryOptions({ entityRef: ref })),
  );
  return (
    <Hydrate>
      <h2 className="pb-2 font-semibold text-section">Where deployments come from</h2>
      <SourceForm entityRef={ref} />
    </Hydrate>
  );
}
