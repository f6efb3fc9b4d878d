import type { HostDeployment, HostDeploymentStatus } from "#server/connections/source-host.ts";
import type { DeliveryFacts, RepositoryFact } from "../facts.ts";
import { readDelivery } from "../read-delivery.ts";
import { repositoryFact, repositoryKey } from "../webhooks/payload-parts.ts";

/** A repository as a connection lists it. */
export type Repository = {
  id: string;
  externalId: string;
  fullName: string;
  url: string;
  defaultBranch: string;
};

export const keyOf = ({
  externalId,
  fullName,
  url,
}: Pick<Repository, "externalId" | "fullName" | "url">): string =>
  repositoryKey({ id: Number(externalId), full_name: fullName, html_url: url });

/** The same facts as webhooks of it would have brought; whatever a webhook says of it is newer. */
export function readHostDeployment(
  repository: Repository,
  deployment: HostDeployment,
  statuses: readonly HostDeploymentStatus[],
  since: Date,
): DeliveryFacts[] {
  const payload = {
    deployment: {
      id: Number(deployment.id),
      sha: deployment.sha,
      ref: deployment.ref,
      task: deployment.task ?? "deploy",
      environment: deployment.environment,
      production_environment: deployment.isProduction,
      transient_environment: deployment.isTransient,
      created_at: deployment.createdAt.toISOString(),
      // Older than anything that a webhook says of it.
      updated_at: deployment.createdAt.toISOString(),
    },
    repository: repositoryPayload(repository),
  };
  const delivered = { guid: "0", receivedAt: since, isDemo: false };
  const readings = [
    readDelivery({ ...delivered, event: "deployment", payload }),
    ...statuses
      .toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime())
      .map(({ state, createdAt }) =>
        readDelivery({
          ...delivered,
          event: "deployment_status",
          payload: { ...payload, deployment_status: { state, created_at: createdAt.toISOString() } },
        }),
      ),
  ];
  return readings.flatMap((reading) => (reading.state === "done" ? [reading.facts] : []));
}

/** What is known of a repository of a connection, seen since then; whatever a webhook says of it is newer. */
export const hostRepositoryFact = (repository: Repository, since: Date): RepositoryFact =>
  repositoryFact(
    repositoryPayload(repository),
    { event: "push", payload: {}, guid: "0", receivedAt: since, isDemo: false },
    new Date(0),
  );

/** A repository of a connection as webhooks write it. */
export const repositoryPayload = (repository: Repository) => ({
  id: Number(repository.externalId),
  full_name: repository.fullName,
  default_branch: repository.defaultBranch,
  html_url: repository.url,
});
