import { z } from "zod";
import type { DeliveryFacts, TurnFact } from "#server/delivery/facts.ts";
import type { ReadableDelivery } from "#server/github/interpreter.ts";
import { name, repositoryFact, repositoryPart, time, words } from "./payload-parts.ts";

const account = z.object({ login: name(200) }).nullish();

export const RepositoryPayload = z.object({
  action: words(100),
  changes: z
    .object({
      repository: z.object({ name: z.object({ from: name(200) }).nullish() }).nullish(),
      owner: z.object({ from: z.object({ user: account, organization: account }).nullish() }).nullish(),
    })
    .nullish()
    // Of a change that is not of this shape the repository itself says what came of it.
    .catch(null),
  repository: repositoryPart.extend({ updated_at: time.nullish(), pushed_at: time.nullish() }),
});

/**
 * A repository that got another name or owner, ended, or came back; null for what else is told of one. The webhook has no
 * time of its own: a rename and an archiving are the repository's last change, an end is when it was told.
 */
export function readRepository(
  { action, changes, repository: part }: z.infer<typeof RepositoryPayload>,
  delivery: ReadableDelivery,
): DeliveryFacts | null {
  const changedAt = latest(part.updated_at, part.pushed_at) ?? delivery.receivedAt;
  const repository = repositoryFact(part, delivery, changedAt);
  const turn = (word: TurnFact["turn"], at: Date): DeliveryFacts => ({
    repository,
    turns: [{ repositoryId: repository.id, at, turn: word }],
  });
  if (action === "archived" || action === "unarchived") return turn(action, changedAt);
  if (action === "deleted") return turn("deleted", latest(changedAt, delivery.receivedAt) ?? changedAt);
  if (action !== "renamed" && action !== "transferred") return null;
  const former = formerName(part.full_name, changes);
  return {
    repository,
    names: former ? [{ repositoryId: repository.id, fullName: former, at: changedAt }] : [],
  };
}

function formerName(
  fullName: string,
  changes: z.infer<typeof RepositoryPayload>["changes"],
): string | undefined {
  const [owner, own] = fullName.split("/");
  const from = changes?.owner?.from;
  const formerOwner = (from?.organization ?? from?.user)?.login;
  const formerOwn = changes?.repository?.name?.from;
  return owner && own && (formerOwner || formerOwn)
    ? `${formerOwner ?? owner}/${formerOwn ?? own}`
    : undefined;
}

const latest = (one: Date | null | undefined, other: Date | null | undefined): Date | undefined =>
  (one && other ? (one > other ? one : other) : (one ?? other)) ?? undefined;
