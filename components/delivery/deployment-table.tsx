import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { countText } from "#components/ui/number-text.ts";
import { Pager } from "#components/ui/pager.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import type { DeploymentRow, ServiceDelivery } from "#server/delivery/model.ts";
import { sourceWords } from "#server/delivery/sources/model.ts";
import { CommitRef } from "./commit-ref.tsx";
import { RepositoryNotes } from "./repository-notes.tsx";
import { DeploymentMark } from "./timeline/timeline-deployment.tsx";

type Props = { entityRef: string; cursor?: string | undefined; href: string };

/** The deployments of a service by its source: those that its figures count, and whatever else it told of. */
export async function DeploymentTable({ entityRef, cursor, href }: Props) {
  const client = getQueryClient();
  const [{ items, nextCursor }, service] = await Promise.all([
    client.fetchQuery(trpc.delivery.deployments.queryOptions({ entityRef, cursor })),
    client.fetchQuery(trpc.delivery.service.queryOptions({ entityRef })),
  ]);
  return (
    <>
      <RepositoryNotes notes={service.notes} />
      <SourceLine service={service} />
      {items.length === 0 ? (
        <EmptyState kind="nothing" title="No deployment recorded" isCompact>
          {service.reason ?? "None of the environments that are shown had one lately."}
        </EmptyState>
      ) : (
        <Rows items={items} />
      )}
      {cursor || nextCursor ? (
        <Pager
          previousHref={cursor ? href : null}
          nextHref={nextCursor ? `${href}?cursor=${encodeURIComponent(nextCursor)}` : null}
        >
          {cursor ? "Earlier deployments" : "Newest first"}
        </Pager>
      ) : null}
    </>
  );
}

/** What counts as a deployment, and what came besides and does not. */
function SourceLine({ service: { source, notCounted } }: { service: ServiceDelivery }) {
  return (
    <p className="pb-2 text-muted text-small">
      Counted from: {sourceWords[source]}
      {notCounted.map((other) => (
        <span key={other.source}>
          {". "}
          {countText(other.deployments, "deployment")} of the last 90 days came from another source (
          {sourceWords[other.source]}) and {other.deployments === 1 ? "does" : "do"} not count
        </span>
      ))}
      .
    </p>
  );
}

function Rows({ items }: { items: readonly DeploymentRow[] }) {
  return (
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
  );
}

function DeploymentTr({ item }: { item: DeploymentRow }) {
  const places = item.regions.length > 0 ? item.regions.join(", ") : item.environment;
  const what = item.title ?? item.version ?? (item.url ? "Look at it" : "");
  return (
    <Tr>
      <Td>
        <DeploymentMark deployment={item} />
        {item.isExcluded ? (
          <span className="block pl-5 text-muted text-small">Excluded from the figures by its team</span>
        ) : null}
        <span className="block pl-5 text-muted text-small sm:hidden">{places}</span>
      </Td>
      <Td className="max-sm:hidden">{places}</Td>
      <Td className="max-sm:hidden">{item.sha ? <CommitRef sha={item.sha} /> : null}</Td>
      <Td className="max-w-72 truncate text-fg-soft max-md:hidden" title={what || undefined}>
        {item.url ? <TextLink href={item.url}>{what}</TextLink> : what}
      </Td>
      <Td isNumber className="text-muted">
        <RelativeTime at={item.at} />
      </Td>
    </Tr>
  );
}
