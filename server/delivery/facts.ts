import type {
  commits,
  deployments,
  incidents,
  pullRequestReviews,
  pullRequests,
  pushes,
  releases,
  repositories,
  tags,
  workflowRuns,
} from "#db/schema/delivery.ts";

/** What one webhook says, as rows that merge with those of others in any order. */
export type DeliveryFacts = {
  repository: RepositoryFact;
  pushes?: (typeof pushes.$inferInsert)[];
  commits?: CommitFact[];
  tags?: (typeof tags.$inferInsert)[];
  pullRequests?: (typeof pullRequests.$inferInsert)[];
  reviews?: (typeof pullRequestReviews.$inferInsert & { isOwn: boolean })[];
  deployments?: DeploymentFact[];
  incidents?: (typeof incidents.$inferInsert)[];
  workflowRuns?: (typeof workflowRuns.$inferInsert)[];
  releases?: (typeof releases.$inferInsert)[];
};

export type RepositoryFact = typeof repositories.$inferInsert;
export type DeploymentFact = typeof deployments.$inferInsert;
/** Rows are written whole, so what has a default in the table must be said as well. */
export type CommitFact = Required<Pick<typeof commits.$inferInsert, "reverts" | "pushParents" | "isBot">> &
  typeof commits.$inferInsert;
