import { Suspense } from "react";
import { entityHref } from "#components/catalog/entity-href.ts";
import { ServiceIncidents } from "#components/delivery/sources/service-incidents.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { Section } from "#components/ui/section.tsx";
import { Skeleton, SkeletonRows } from "#components/ui/skeleton.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import { DeploymentTable } from "./deployment-table.tsx";
import { IncidentList } from "./incident-list.tsx";
import { RunList } from "./run-list.tsx";
import { WeeklyDeployments } from "./weekly-deployments.tsx";

type Props = {
  entityRef: string;
  cursor?: string | undefined /** The tab's own address, for paging. */;
  href: string;
};

/** All deployments of a service, with its CI runs and incidents beside them. */
export function DeploymentsTab({ entityRef, cursor, href }: Props) {
  const isComponent = entityRef.startsWith("component:");
  if (isComponent)
    void getQueryClient().prefetchQuery(trpc.deliverySources.incidents.queryOptions({ entityRef }));
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-8 xl:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
      <div className="flex min-w-0 flex-col gap-6">
        <Suspense fallback={<Skeleton className="h-60 w-full" />}>
          <WeeklyDeployments entityRef={entityRef} />
        </Suspense>
        <Section
          title="Deployments"
          action={
            isComponent ? (
              <TextLink href={`${entityHref(entityRef)}/delivery/source`}>Source of deployments</TextLink>
            ) : null
          }
        >
          <Suspense key={cursor} fallback={<SkeletonRows rows={10} label="Loading deployments" hasHead />}>
            <DeploymentTable entityRef={entityRef} cursor={cursor} href={href} />
          </Suspense>
        </Section>
      </div>
      <div className="flex min-w-0 flex-col gap-6">
        <Section title="CI runs">
          <Suspense fallback={<SkeletonRows rows={6} label="Loading CI runs" />}>
            <RunList entityRef={entityRef} />
          </Suspense>
        </Section>
        <Section title="Incidents">
          <Suspense fallback={<SkeletonRows rows={3} label="Loading incidents" />}>
            <Incidents entityRef={entityRef} />
          </Suspense>
        </Section>
        {isComponent ? (
          <Hydrate>
            <Suspense fallback={<SkeletonRows rows={3} label="Loading reported incidents" />}>
              <ServiceIncidents entityRef={entityRef} />
            </Suspense>
          </Hydrate>
        ) : null}
      </div>
    </div>
  );
}

async function Incidents({ entityRef }: { entityRef: string }) {
  const { items } = await getQueryClient().fetchQuery(
    trpc.delivery.incidents.queryOptions({ entityRef, limit: 10 }),
  );
  if (items.length === 0) return <p className="py-2 text-muted text-table">None recorded.</p>;
  return <IncidentList incidents={items} />;
}
