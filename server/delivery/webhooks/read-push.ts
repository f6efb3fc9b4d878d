import { z } from "zod";
import type { DeliveryFacts } from "#server/delivery/facts.ts";
import { isBotName, readMessage } from "#server/delivery/history/read-message.ts";
import type { ReadableDelivery } from "#server/github/interpreter.ts";
import { name, repositoryFact, repositoryPart, sha, time, words } from "./payload-parts.ts";

const commit = z.object({
  id: sha,
  message: words(20_000).nullish(),
  timestamp: time,
  author: z.object({ name: words(300).nullish(), username: words(300).nullish() }).nullish(),
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

const nothing = /^0+$/;
/** GitHub cuts the list of a longer push, so that what came before its first commit is not known. */
const longestList = 2048;

/** A push of a branch or a tag, also one that deletes it. */
export function readPush(payload: z.infer<typeof PushPayload>, delivery: ReadableDelivery): DeliveryFacts {
  const newest = payload.commits?.at(-1) ?? payload.head_commit;
  const { receivedAt } = delivery;
  // Clocks of those who commit go as they like; nothing was pushed after it was told.
  const pushedAt = payload.repository.pushed_at ?? earlier(newest?.timestamp, receivedAt);
  const repository = repositoryFact(payload.repository, delivery, pushedAt);
  const repositoryId = repository.id;
  const asOfGuid = repository.asOfGuid;
  const brought = new Map((payload.commits ?? []).map((one) => [one.id, one]));
  const shas = [...brought.keys()];
  const isWhole = !payload.forced && shas.length < longestList && !nothing.test(payload.before);
  const before = new Map(shas.map((one, index) => [one, index > 0 ? shas[index - 1] : undefined]));
  const first = shas[0];
  if (first && isWhole) before.set(first, payload.before);
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
    commits: [...brought.values()].map((one) => {
      const previous = before.get(one.id);
      return {
        repositoryId,
        sha: one.id,
        ...readMessage(one.message ?? ""),
        authoredAt: one.timestamp,
        committedAt: null,
        parents: null,
        pushParents: previous ? [previous] : [],
        isBot: isBotName(one.author?.username ?? one.author?.name ?? ""),
        paths: [...new Set([one.added, one.removed, one.modified].flatMap((paths) => paths ?? []))].sort(),
        asOf: one.timestamp,
        asOfGuid,
      };
    }),
    tags: tagOf(payload, repositoryId, { asOf: pushedAt, asOfGuid }),
  };
}

/** The push of a tag leads to a commit; that of its removal says that there is none any more. */
function tagOf(
  payload: z.infer<typeof PushPayload>,
  repositoryId: string,
  stamp: { asOf: Date; asOfGuid: string },
): NonNullable<DeliveryFacts["tags"]> {
  const name = /^refs\/tags\/(.+)$/.exec(payload.ref)?.[1];
  if (!name) return [];
  const isGone = nothing.test(payload.after);
  const sha = payload.head_commit?.id ?? (isGone ? payload.before : payload.after);
  const written = payload.head_commit?.timestamp;
  const taggedAt = written ? earlier(written, stamp.asOf) : null;
  return [{ repositoryId, name, sha, taggedAt, deletedAt: isGone ? stamp.asOf : null, ...stamp }];
}

const earlier = (one: Date | undefined, other: Date): Date => (one && one < other ? one : other);
