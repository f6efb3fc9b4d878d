import type {
  commits,
  deployments,
  incidents,
  pullRequestReviews,
  pullRequests,
  pushes,
  releases,
  repositories,
  workflowRuns,
} from "#db/schema/delivery.ts";

/** What one webhook says, as rows that merge with those of others in any order. */
export type DeliveryFacts = {
  repository: RepositoryFact;
  pushes?: (typeof pushes.$inferInsert)[];
  commits?: (typeof commits.$inferInsert)[];
  pullRequests?: (typeof pullRequests.$inferInsert)[];
  reviews?: (typeof pullRequestReviews.$inferInsert)[];
  deployments?: DeploymentFact[];
  incidents?: (typeof incidents.$inferInsert)[];
  workflowRuns?: (typeof workflowRuns.$inferInsert)[];
  releases?: (typeof releases.$inferInsert)[];
};

export type RepositoryFact = typeof repositories.$inferInsert;
export type DeploymentFact = typeof deployments.$inferInsert;
