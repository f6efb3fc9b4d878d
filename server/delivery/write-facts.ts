import {
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
import type { Ctx } from "#server/core/context.ts";
import type { DeliveryFacts, RepositoryFact } from "./facts.ts";
import { mergeRows } from "./merge-rows.ts";
import { keepNames } from "./repositories/keep-names.ts";

const byNumber = ["repositoryId", "number"] as const;

/**
 * Merges what webhooks say into the tables. Any order and any repetition of the same webhooks gives the same rows;
 * `write-facts.test.ts` holds it to that.
 */
export async function writeFacts(tx: Ctx, facts: readonly DeliveryFacts[]): Promise<void> {
  await mergeRows(
    tx,
    { table: repositories, key: ["id"], rules: { observedSince: "earliest", isDemo: "both" } },
    foldRepositories(facts.map((fact) => fact.repository)),
  );
  await mergeRows(
    tx,
    {
      table: pushes,
      key: ["repositoryId", "ref", "afterSha", "beforeSha"],
      rules: { pushedAt: "earliest" },
    },
    facts.flatMap((fact) => fact.pushes ?? []),
  );
  await mergeRows(
    tx,
    {
      table: commits,
      key: ["repositoryId", "sha"],
      rules: {
        parents: "known",
        committedAt: "known",
        pullRequest: "known",
        pullRequestTitle: "known",
        pushParents: "union",
        paths: "union",
        isBot: "either",
      },
    },
    facts.flatMap((fact) => fact.commits ?? []),
  );
  await mergeRows(
    tx,
    { table: tags, key: ["repositoryId", "name"] },
    facts.flatMap((fact) => fact.tags ?? []),
  );
  await mergeRows(
    tx,
    // Once merged, merged: no later word takes that back.
    {
      table: pullRequests,
      key: byNumber,
      rules: { mergedAt: "earliest", mergeSha: "earliest", readyAt: "last" },
    },
    facts.flatMap((fact) => fact.pullRequests ?? []),
  );
  await mergeRows(
    tx,
    { table: pullRequestReviews, key: byNumber },
    facts.flatMap((fact) => fact.reviews ?? []),
  );
  await mergeRows(
    tx,
    {
      table: deployments,
      key: byNumber,
      rules: { startedAt: "earliest", succeededAt: "earliest", failedAt: "earliest", lastFailedAt: "last" },
    },
    facts.flatMap((fact) => fact.deployments ?? []),
  );
  await mergeRows(
    tx,
    { table: incidents, key: byNumber, rules: { deletedAt: "earliest" } },
    facts.flatMap((fact) => fact.incidents ?? []),
  );
  await mergeRows(
    tx,
    { table: workflowRuns, key: byNumber },
    facts.flatMap((fact) => fact.workflowRuns ?? []),
  );
  await mergeRows(
    tx,
    { table: releases, key: byNumber, rules: { deletedAt: "earliest" } },
    facts.flatMap((fact) => fact.releases ?? []),
  );
  await keepNames(tx, facts);
}

/** Every webhook names its repository: of a batch, one row each is enough. Same rules as in the database. */
function foldRepositories(facts: readonly RepositoryFact[]): RepositoryFact[] {
  const folded = new Map<string, RepositoryFact>();
  for (const fact of facts) {
    const before = folded.get(fact.id);
    if (!before) {
      folded.set(fact.id, fact);
      continue;
    }
    const latest = isLater(fact, before) ? fact : before;
    const seen = Math.min(fact.observedSince.getTime(), before.observedSince.getTime());
    const isDemo = fact.isDemo && before.isDemo;
    folded.set(fact.id, { ...latest, observedSince: new Date(seen), isDemo });
  }
  return [...folded.values()];
}

/** GUIDs compare by code point, as the column's collation does; they are ASCII. */
function isLater(fact: RepositoryFact, than: RepositoryFact): boolean {
  const difference = fact.asOf.getTime() - than.asOf.getTime();
  return difference > 0 || (difference === 0 && fact.asOfGuid > than.asOfGuid);
}
