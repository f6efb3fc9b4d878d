import { notFound } from "next/navigation";
import { entityHref } from "#components/catalog/entity-href.ts";
import { deliveryScope } from "#components/delivery/figures/delivery-scope.ts";
import { FiguresPage } from "#components/delivery/figures/figures-page.tsx";
import { type EntityParams, readEntity } from "../read-entity.ts";

type Props = { params: EntityParams; searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function DeliveryPage({ params, searchParams }: Props) {
  const { ref, kind } = await readEntity(params);
  const scope = deliveryScope(kind, ref);
  if (!scope) notFound();
  return <FiguresPage scope={scope} base={entityHref(ref, "delivery")} search={await searchParams} />;
}
