import { z } from "zod";
import type { DeliveryFacts } from "#server/delivery/facts.ts";
import { isBotName } from "#server/delivery/history/read-message.ts";
import type { ReadableDelivery } from "#server/github/interpreter.ts";
import { count, name, repositoryFact, repositoryPart, serial, sha, time, words } from "./payload-parts.ts";

const label = z.object({ name: words(200) });

const who = z.object({ login: words(200).nullish(), type: words(50).nullish() }).nullish();

export const PullRequestPayload = z.object({
  action: words(100).nullish(),
  pull_request: z
    .object({
      number: count,
      title: words(500),
      state: z.enum(["open", "closed"]),
      draft: z.boolean().nullish(),
      base: z.object({ ref: name(300) }),
      head: z.object({ ref: name(300), sha }),
      labels: z.array(label).max(200).nullish(),
      created_at: time,
      updated_at: time,
      closed_at: time.nullish(),
      merged: z.boolean().nullish(),
      merged_at: time.nullish(),
      merge_commit_sha: sha.nullish(),
      commits: count.nullish(),
    })
    .refine(({ merged, merged_at }) => (merged ?? Boolean(merged_at)) === Boolean(merged_at), {
      path: ["merged_at"],
      message: "says something else than merged",
    }),
  repository: repositoryPart,
});

/** Any action of a pull request: each payload carries its whole state. */
export function readPullRequest(
  payload: z.infer<typeof PullRequestPayload>,
  delivery: ReadableDelivery,
): DeliveryFacts {
  const { pull_request: pull } = payload;
  const repository = repositoryFact(payload.repository, delivery, pull.updated_at);
  return {
    repository,
    pullRequests: [
      {
        repositoryId: repository.id,
        number: pull.number,
        title: pull.title,
        state: pull.state,
        isDraft: pull.draft ?? false,
        baseRef: pull.base.ref,
        headRef: pull.head.ref,
        headSha: pull.head.sha,
        labels: (pull.labels ?? []).map((one) => one.name),
        openedAt: pull.created_at,
        closedAt: pull.closed_at ?? null,
        mergedAt: pull.merged_at ?? null,
        readyAt: payload.action === "ready_for_review" ? pull.updated_at : null,
        // One that is closed without being merged still names the commit of its last trial merge.
        mergeSha: pull.merged_at ? (pull.merge_commit_sha ?? null) : null,
        commitCount: pull.commits ?? null,
        asOf: pull.updated_at,
        asOfGuid: repository.asOfGuid,
      },
    ],
  };
}

export const ReviewPayload = z.object({
  review: z.object({ id: serial, state: name(50), submitted_at: time.nullish(), user: who }),
  pull_request: z.object({ number: count, updated_at: time, user: who }),
  repository: repositoryPart,
});

/** A review; the pull request's own time orders "submitted" before "dismissed", since the review's does not move. */
export function readReview(
  payload: z.infer<typeof ReviewPayload>,
  delivery: ReadableDelivery,
): DeliveryFacts {
  const { review, pull_request: pull } = payload;
  const repository = repositoryFact(payload.repository, delivery, pull.updated_at);
  return {
    repository,
    reviews: [
      {
        repositoryId: repository.id,
        number: review.id,
        pullRequest: pull.number,
        state: review.state.toLowerCase(),
        submittedAt: review.submitted_at ?? null,
        isOwn: isOwnReview(review.user, pull.user),
        asOf: pull.updated_at,
        asOfGuid: repository.asOfGuid,
      },
    ],
  };
}

/** Told apart here, so that nobody's name has to be kept for it. */
function isOwnReview(reviewer: z.infer<typeof who>, author: z.infer<typeof who>): boolean {
  if (reviewer?.type === "Bot" || isBotName(reviewer?.login ?? "")) return true;
  return Boolean(reviewer?.login && reviewer.login === author?.login);
}
