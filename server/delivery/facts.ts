import type {
  commits,
  deployments,
  incidents,
  pullRequestReviews,
  pullRequests,
  pushes,
  releases,
  repositories,
  repositoryTurns,
  tags,
  workflowRuns,
} from "#db/schema/delivery.ts";

/** What one webhook says, as rows that merge with those of others in any order. */
export type DeliveryFacts = {
  repository: RepositoryFact;
  /** Names that it had before, beside the one that `repository` says. */
  names?: NameFact[];
  turns?: TurnFact[];
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
/** At this moment, or until it, the repository was called so. */
export type NameFact = { repositoryId: string; fullName: string; at: Date };
export type TurnFact = typeof repositoryTurns.$inferInsert;
export type DeploymentFact = typeof deployments.$inferInsert;
/** Rows are written whole, so what has a default in the table must be said as well. */
export type CommitFact = Required<Pick<typeof commits.$inferInsert, "reverts" | "pushParents" | "isBot">> &
  typeof commits.$inferInsert;
