import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { Table, Td, Th } from "#components/ui/table.tsx";
import type { EnvironmentState } from "#server/delivery/model.ts";
import { CommitRef } from "./commit-ref.tsx";
import { IncidentList } from "./incident-list.tsx";
import { OutcomeMark } from "./outcome-mark.tsx";
import { RepositoryNotes } from "./repository-notes.tsx";
import { WeeklyDeployments } from "./weekly-deployments.tsx";

/** What runs where, what is broken, and how often it was deployed: the part of a service's page that people come for. */
export async function DeliveryOverview({ entityRef }: { entityRef: string }) {
  const service = await getQueryClient().fetchQuery(trpc.delivery.service.queryOptions({ entityRef }));
  if (service.state !== "connected" || service.environments.length === 0)
    return (
      <Section title="Deployments">
        <RepositoryNotes notes={service.notes} />
        <EmptyState
          kind={service.state === "connected" ? "nothing" : "notConnected"}
          title="No deployment recorded"
          isCompact
        >
          {service.reason}
        </EmptyState>
      </Section>
    );
  return (
    <div className="flex flex-col gap-6">
      <RepositoryNotes notes={service.notes} />
      {service.openIncidents.length > 0 ? (
        <Section title="Open incidents" count={numberText(service.openIncidents.length)}>
          <IncidentList incidents={service.openIncidents} />
        </Section>
      ) : null}
      <Section title="What runs where">
        <Table label="What runs where">
          <thead>
            <tr>
              <Th>Environment</Th>
              <Th className="max-sm:hidden">Commit</Th>
              <Th>Last deployment</Th>
              <Th isNumber>When</Th>
            </tr>
          </thead>
          <tbody>
            {service.environments.map((environment) => (
              <EnvironmentRow key={environment.environment} {...environment} />
            ))}
          </tbody>
        </Table>
      </Section>
      <WeeklyDeployments entityRef={entityRef} />
    </div>
  );
}

function EnvironmentRow({ environment, current, latest }: EnvironmentState) {
  return (
    <tr>
      <Td className="font-medium">{environment}</Td>
      <Td className="max-sm:hidden">
        {current?.sha ? (
          <CommitRef sha={current.sha} />
        ) : (
          <span className="text-muted">{current ? (current.version ?? "Not told") : "None yet"}</span>
        )}
      </Td>
      <Td>
        <OutcomeMark deployment={latest} />
      </Td>
      <Td isNumber className="text-muted">
        <RelativeTime at={latest.at} />
      </Td>
    </tr>
  );
}

/** The same height as the usual answer, so that nothing below jumps. */
export function DeliveryOverviewSkeleton() {
  return (
    <div role="status" aria-label="Loading deployments" className="flex flex-col gap-3">
      <Skeleton className="h-5 w-40" />
      <Skeleton className="h-40 w-full" />
      <Skeleton className="h-60 w-full" />
    </div>
  );
}
