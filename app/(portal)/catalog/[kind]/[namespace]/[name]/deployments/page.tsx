import { entityHref } from "#components/catalog/entity-href.ts";
import { DeploymentsTab } from "#components/delivery/deployments-tab.tsx";
import { type EntityParams, readEntity } from "../read-entity.ts";

type Props = { params: EntityParams; searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function DeploymentsPage({ params, searchParams }: Props) {
  const { ref } = await readEntity(params);
  const { cursor } = await searchParams;
  return (
    <DeploymentsTab
      entityRef={ref}
      href={entityHref(ref, "deployments")}
      cursor={typeof cursor === "string" ? cursor : undefined}
    />
  );
}
