import { z } from "zod";
import type { DeliveryFacts, DeploymentFact } from "#server/delivery/facts.ts";
import { tierOf } from "#server/delivery/model.ts";
import type { ReadableDelivery } from "#server/github/interpreter.ts";
import { name, repositoryFact, repositoryPart, serial, sha, time } from "./payload-parts.ts";

const deployment = z.object({
  id: serial,
  sha,
  ref: name(300),
  task: name(200),
  environment: name(300),
  production_environment: z.boolean().nullish(),
  transient_environment: z.boolean().nullish(),
  created_at: time,
  updated_at: time.nullish(),
});

export const DeploymentPayload = z.object({ deployment, repository: repositoryPart });

/** A word that is not among them could be an outcome, so it is refused and not passed over. */
const states = [
  "error",
  "failure",
  "inactive",
  "in_progress",
  "pending",
  "queued",
  "success",
  "waiting",
] as const;

export const DeploymentStatusPayload = z.object({
  deployment,
  deployment_status: z.object({ state: z.enum(states), created_at: time }),
  repository: repositoryPart,
});

function factOf(
  payload: z.infer<typeof DeploymentPayload>,
  delivery: ReadableDelivery,
): { repository: DeliveryFacts["repository"]; fact: DeploymentFact } {
  const { deployment: one } = payload;
  const asOf = one.updated_at ?? one.created_at;
  const repository = repositoryFact(payload.repository, delivery, asOf);
  const tier = tierOf({
    name: one.environment,
    isProduction: one.production_environment ?? undefined,
    isTransient: one.transient_environment ?? undefined,
  });
  const { sha, ref, task, environment } = one;
  const stamp = { asOf, asOfGuid: repository.asOfGuid };
  const key = { repositoryId: repository.id, number: one.id };
  return {
    repository,
    fact: { ...key, environment, tier, sha, ref, task, createdAt: one.created_at, ...stamp },
  };
}

export function readDeployment(
  payload: z.infer<typeof DeploymentPayload>,
  delivery: ReadableDelivery,
): DeliveryFacts {
  const { repository, fact } = factOf(payload, delivery);
  return { repository, deployments: [fact] };
}

/**
 * A status carries its whole deployment, so it may come first. `inactive`, `queued`, `waiting` and `pending` say nothing
 * about the outcome: GitHub marks a success inactive when the next one takes its place.
 */
export function readDeploymentStatus(
  payload: z.infer<typeof DeploymentStatusPayload>,
  delivery: ReadableDelivery,
): DeliveryFacts {
  const { repository, fact } = factOf(payload, delivery);
  const { state, created_at: at } = payload.deployment_status;
  if (state === "success") fact.succeededAt = at;
  if (state === "failure" || state === "error") Object.assign(fact, { failedAt: at, lastFailedAt: at });
  if (state === "in_progress") fact.startedAt = at;
  return { repository, deployments: [fact] };
}
