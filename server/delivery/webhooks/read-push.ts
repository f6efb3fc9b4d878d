import { z } from "zod";
import type { DeliveryFacts } from "#server/delivery/facts.ts";
import type { ReadableDelivery } from "#server/github/interpreter.ts";
import { name, repositoryFact, repositoryPart, sha, time, words } from "./payload-parts.ts";

const commit = z.object({
  id: sha,
  message: words(1000).nullish(),
  timestamp: time,
  added: z.array(words(1000)).max(3000).nullish(),
  removed: z.array(words(1000)).max(3000).nullish(),
  modified: z.array(words(1000)).max(3000).nullish(),
});

export const PushPayload = z.object({
  ref: name(300),
  before: sha,
  after: sha,
  forced: z.boolean().nullish(),
  commits: z.array(commit).max(5000).nullish(),
  head_commit: commit.nullish(),
  repository: repositoryPart.extend({ pushed_at: time.nullish() }),
});

/** The first line of a commit's message. */
const titleOf = (message: string | null | undefined) =>
  (message ?? "").split("\n", 1)[0]?.slice(0, 300) ?? "";

/** A push of a branch or a tag, also one that deletes it. */
export function readPush(payload: z.infer<typeof PushPayload>, delivery: ReadableDelivery): DeliveryFacts {
  const newest = payload.commits?.at(-1) ?? payload.head_commit;
  const pushedAt = payload.repository.pushed_at ?? newest?.timestamp ?? delivery.receivedAt;
  const repository = repositoryFact(payload.repository, delivery, pushedAt);
  const repositoryId = repository.id;
  const asOfGuid = repository.asOfGuid;
  const brought = new Map((payload.commits ?? []).map((one) => [one.id, one]));
  const shas = [...brought.keys()];
  // A new branch or a tag lists no commits but has a head.
  if (payload.head_commit) brought.set(payload.head_commit.id, payload.head_commit);
  return {
    repository,
    pushes: [
      {
        repositoryId,
        ref: payload.ref,
        beforeSha: payload.before,
        afterSha: payload.after,
        isForced: payload.forced ?? false,
        commits: shas,
        pushedAt,
        asOf: pushedAt,
        asOfGuid,
      },
    ],
    commits: [...brought.values()].map((one) => ({
      repositoryId,
      sha: one.id,
      title: titleOf(one.message),
      authoredAt: one.timestamp,
      paths: [...new Set([one.added, one.removed, one.modified].flatMap((paths) => paths ?? []))].sort(),
      asOf: one.timestamp,
      asOfGuid,
    })),
  };
}
