import { notFound } from "next/navigation";
import { Suspense } from "react";
import { entityHref } from "#components/catalog/entity-href.ts";
import { deliveryScope } from "#components/delivery/figures/delivery-scope.ts";
import { FiguresPage } from "#components/delivery/figures/figures-page.tsx";
import { ServiceRepositoryNotes } from "#components/delivery/repository-notes.tsx";
import { type EntityParams, readEntity } from "../read-entity.ts";
import { tabTitle } from "../tab-title.ts";

type Props = { params: EntityParams; searchParams: Promise<Record<string, string | string[] | undefined>> };

export const generateMetadata = ({ params }: Props) => tabTitle(params, "Delivery");

export default async function DeliveryPage({ params, searchParams }: Props) {
  const { ref, kind } = await readEntity(params);
  const scope = deliveryScope(kind, ref);
  if (!scope) notFound();
  return (
    <>
      {scope.kind === "service" ? (
        <Suspense fallback={null}>
          <ServiceRepositoryNotes entityRef={ref} />
        </Suspense>
      ) : null}
      <FiguresPage scope={scope} base={entityHref(ref, "delivery")} search={await searchParams} />
    </>
  );
}
