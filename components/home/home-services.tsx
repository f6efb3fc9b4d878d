import { entityHref } from "#components/catalog/entity-href.ts";
import { CommitRef } from "#components/delivery/commit-ref.tsx";
import { OutcomeMark } from "#components/delivery/outcome-mark.tsx";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { ListKeys } from "#components/ui/list-keys.tsx";
import { countText, numberText } from "#components/ui/number-text.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { Status } from "#components/ui/status.tsx";
import { AboveRow, RowLink, Table, Td, Th, Tr } from "#components/ui/table.tsx";
import type { EntityListItem } from "#server/catalog/model.ts";
import type { DeploymentRow } from "#server/delivery/model.ts";

/** The services of the reader's teams: what was deployed last, and what is wrong. */
export async function HomeServices({ hasTeams, isLinked }: { hasTeams: boolean; isLinked: boolean }) {
  const queryClient = getQueryClient();
  const { items, total } = await queryClient.fetchQuery(trpc.catalog.myServices.queryOptions());
  if (items.length === 0) return <NoServices hasTeams={hasTeams} isLinked={isLinked} />;
  const refs = items.map((item) => item.ref);
  const [last, open] = await Promise.all([
    queryClient.fetchQuery(trpc.delivery.lastDeployments.queryOptions({ refs })),
    queryClient.fetchQuery(trpc.delivery.openIncidents.queryOptions({ refs })),
  ]);
  const deployed = new Map(last.map((row) => [row.ref, row.deployment]));
  const incidents = new Map(open.map((row) => [row.ref, row.incidents.length]));
  return (
    <Section title="Your team's services" count={numberText(total)}>
      <Table label="Your team's services" className="table-fixed">
        <thead>
          <tr>
            <Th>Service</Th>
            <Th className="w-44 max-sm:hidden">In production</Th>
            <Th className="w-24 max-md:hidden">Commit</Th>
            <Th className="w-28">Deployed</Th>
            <Th className="w-36 max-sm:hidden">Needs attention</Th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <ServiceRow
              key={item.ref}
              service={item}
              deployment={deployed.get(item.ref)}
              incidents={incidents.get(item.ref) ?? 0}
            />
          ))}
        </tbody>
      </Table>
      {total > items.length ? (
        <p className="pt-2 text-muted text-small">
          The first {items.length} of {numberText(total)}; the rest stand in the catalog.
        </p>
      ) : null}
      <ListKeys />
    </Section>
  );
}

type RowProps = { service: EntityListItem; deployment: DeploymentRow | undefined; incidents: number };

function ServiceRow({ service, deployment, incidents }: RowProps) {
  return (
    <Tr>
      <Td>
        <span className="flex min-w-0 flex-col">
          <RowLink href={entityHref(service.ref)} className="truncate" data-tip-clipped="">
            {service.title ?? service.name}
          </RowLink>
          <span className="text-small sm:hidden">
            <Attention incidents={incidents} problems={service.problemCount} />
          </span>
        </span>
      </Td>
      <Td className="max-sm:hidden">
        {deployment ? (
          <OutcomeMark deployment={deployment} />
        ) : (
          <span className="text-muted">No deployment known</span>
        )}
      </Td>
      <Td className="max-md:hidden">
        {deployment?.sha ? (
          <AboveRow>
            <CommitRef sha={deployment.sha} />
          </AboveRow>
        ) : null}
      </Td>
      <Td className="text-muted">
        {deployment ? (
          <AboveRow>
            <RelativeTime at={deployment.at} />
          </AboveRow>
        ) : null}
      </Td>
      <Td className="max-sm:hidden">
        <Attention incidents={incidents} problems={service.problemCount} />
      </Td>
    </Tr>
  );
}

function Attention({ incidents, problems }: { incidents: number; problems: number }) {
  if (incidents > 0) return <Status tone="danger">{countText(incidents, "open incident")}</Status>;
  if (problems > 0) return <Status tone="warning">{countText(problems, "problem")}</Status>;
  return <span className="text-muted max-sm:hidden">Nothing</span>;
}

function NoServices({ hasTeams, isLinked }: { hasTeams: boolean; isLinked: boolean }) {
  return (
    <Section title="Your team's services">
      <EmptyState
        kind="nothing"
        isCompact
        title={
          hasTeams
            ? "Your teams own no service yet"
            : isLinked
              ? "The catalog does not know your teams"
              : "Your account is not linked to a person of the catalog"
        }
        action={<ButtonLink href="/catalog?kind=component">Look at all services</ButtonLink>}
      >
        {hasTeams
          ? "A service appears here when its catalog-info.yaml names one of your teams as its owner."
          : isLinked
            ? "Your services appear here once a team in the catalog names you as a member."
            : "Your teams and services appear here once it is. An admin or somebody who looks after your team can link it under People."}
      </EmptyState>
    </Section>
  );
}
