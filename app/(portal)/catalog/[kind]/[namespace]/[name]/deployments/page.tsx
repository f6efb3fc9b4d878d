import { Suspense } from "react";
import { entityHref } from "#components/catalog/entity-href.ts";
import { BadgeSection } from "#components/delivery/badges/badge-section.tsx";
import { DeploymentsTab } from "#components/delivery/deployments-tab.tsx";
import { ChangeMatrix } from "#components/delivery/where/change-matrix.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { Section } from "#components/ui/section.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { type EntityParams, readEntity } from "../read-entity.ts";
import { tabTitle } from "../tab-title.ts";

type Props = { params: EntityParams; searchParams: Promise<Record<string, string | string[] | undefined>> };

export const generateMetadata = ({ params }: Props) => tabTitle(params, "Deployments");

export default async function DeploymentsPage({ params, searchParams }: Props) {
  const { ref, kind } = await readEntity(params);
  const { cursor } = await searchParams;
  const isComponent = kind.toLowerCase() === "component";
  if (isComponent) void getQueryClient().prefetchQuery(trpc.delivery.badges.queryOptions({ entityRef: ref }));
  return (
    <div className="flex flex-col gap-8">
      <DeploymentsTab
        entityRef={ref}
        href={entityHref(ref, "deployments")}
        cursor={typeof cursor === "string" ? cursor : undefined}
      />
      {isComponent ? (
        <>
          <Section
            title="Is my change live?"
            action={<ButtonLink href="/delivery/where">Find a change</ButtonLink>}
          >
            <Suspense fallback={<SkeletonRows rows={5} label="Loading changes" hasHead />}>
              <ChangeMatrix entityRef={ref} />
            </Suspense>
          </Section>
          <Hydrate>
            <Suspense fallback={<SkeletonRows rows={2} label="Loading badges" />}>
              <BadgeSection entityRef={ref} />
            </Suspense>
          </Hydrate>
        </>
      ) : null}
    </div>
  );
}
