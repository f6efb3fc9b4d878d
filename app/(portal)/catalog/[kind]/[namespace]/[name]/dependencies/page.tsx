import { entityHref } from "#components/catalog/entity-href.ts";
import { graphState } from "#components/graph/graph-address.ts";
import { GraphPage } from "#components/graph/graph-page.tsx";
import { type EntityParams, readEntity } from "../read-entity.ts";

type Props = { params: EntityParams; searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function DependenciesPage({ params, searchParams }: Props) {
  const { ref, kind } = await readEntity(params);
  return (
    <GraphPage
      root={ref}
      base={entityHref(ref, "dependencies")}
      state={graphState(await searchParams, kind)}
    />
  );
}
