import { Suspense } from "react";
import { entityHref } from "#components/catalog/entity-href.ts";
import { ServiceIncidents } from "#components/delivery/sources/service-incidents.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Pager } from "#components/ui/pager.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { Skeleton, SkeletonRows } from "#components/ui/skeleton.tsx";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import type { DeploymentRow } from "#server/delivery/model.ts";
import { CommitRef } from "./commit-ref.tsx";
import { IncidentList } from "./incident-list.tsx";
import { OutcomeMark } from "./outcome-mark.tsx";
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
            isComponent ? <TextLink href={`${entityHref(entityRef)}/delivery/source`}>Source</TextLink> : null
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

async function DeploymentTable({ entityRef, cursor, href }: Props) {
  const { items, nextCursor } = await getQueryClient().fetchQuery(
    trpc.delivery.deployments.queryOptions({ entityRef, cursor }),
  );
  if (items.length === 0)
    return (
      <EmptyState kind="nothing" title="No deployment recorded" isCompact>
        Deployments appear here as soon as GitHub reports them to this portal.
      </EmptyState>
    );
  return (
    <>
      <Table label="Deployments">
        <thead>
          <tr>
            <Th>Outcome</Th>
            <Th className="max-sm:hidden">Environment</Th>
            <Th className="max-sm:hidden">Commit</Th>
            <Th className="max-md:hidden">What</Th>
            <Th isNumber>When</Th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <DeploymentTr key={item.id} item={item} />
          ))}
        </tbody>
      </Table>
      <Pager
        previousHref={cursor ? href : null}
        nextHref={nextCursor ? `${href}?cursor=${encodeURIComponent(nextCursor)}` : null}
      >
        {cursor ? "Earlier deployments" : "Newest first"}
      </Pager>
    </>
  );
}

function DeploymentTr({ item }: { item: DeploymentRow }) {
  return (
    <Tr>
      <Td>
        <OutcomeMark deployment={item} />
        <span className="block pl-5 text-muted text-small sm:hidden">{item.environment}</span>
      </Td>
      <Td className="max-sm:hidden">{item.environment}</Td>
      <Td className="max-sm:hidden">
        <CommitRef sha={item.sha} />
      </Td>
      <Td className="max-w-72 truncate text-fg-soft max-md:hidden" title={item.commitTitle ?? undefined}>
        {item.commitTitle ?? item.ref}
      </Td>
      <Td isNumber className="text-muted">
        <RelativeTime at={item.at} />
      </Td>
    </Tr>
  );
}

async function Incidents({ entityRef }: { entityRef: string }) {
  const { items } = await getQueryClient().fetchQuery(
    trpc.delivery.incidents.queryOptions({ entityRef, limit: 10 }),
  );
  if (items.length === 0) return <p className="py-2 text-muted text-table">None recorded.</p>;
  return <IncidentList incidents={items} />;
}
