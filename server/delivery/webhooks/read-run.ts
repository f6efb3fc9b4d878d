import { z } from "zod";
import type { DeliveryFacts } from "#server/delivery/facts.ts";
import type { ReadableDelivery } from "#server/github/interpreter.ts";
import { count, name, repositoryFact, repositoryPart, serial, sha, time, words } from "./payload-parts.ts";

export const WorkflowRunPayload = z.object({
  workflow_run: z.object({
    id: serial,
    run_number: count.nullish(),
    run_attempt: count.nullish(),
    name: words(300).nullish(),
    path: words(500).nullish(),
    event: name(100),
    head_branch: words(300).nullish(),
    head_sha: sha,
    status: name(50),
    conclusion: name(50).nullish(),
    created_at: time,
    run_started_at: time.nullish(),
    updated_at: time,
  }),
  repository: repositoryPart,
});

export function readWorkflowRun(
  payload: z.infer<typeof WorkflowRunPayload>,
  delivery: ReadableDelivery,
): DeliveryFacts {
  const { workflow_run: run } = payload;
  const repository = repositoryFact(payload.repository, delivery, run.updated_at);
  return {
    repository,
    workflowRuns: [
      {
        repositoryId: repository.id,
        number: run.id,
        runNumber: run.run_number ?? null,
        attempt: run.run_attempt ?? 1,
        workflow: run.name ?? "",
        path: run.path ?? null,
        event: run.event,
        branch: run.head_branch ?? null,
        sha: run.head_sha,
        status: run.status,
        conclusion: run.conclusion ?? null,
        startedAt: run.run_started_at ?? run.created_at,
        asOf: run.updated_at,
        asOfGuid: repository.asOfGuid,
      },
    ],
  };
}

export const ReleasePayload = z.object({
  action: z.string().max(100),
  release: z.object({
    id: serial,
    tag_name: name(300),
    name: words(300).nullish(),
    draft: z.boolean(),
    prerelease: z.boolean(),
    created_at: time,
    published_at: time.nullish(),
    updated_at: time.nullish(),
  }),
  repository: repositoryPart,
});

/** A release has no time of its last change everywhere; then publication, else creation, orders its states. */
export function readRelease(
  payload: z.infer<typeof ReleasePayload>,
  delivery: ReadableDelivery,
): DeliveryFacts {
  const { release } = payload;
  const asOf = release.updated_at ?? release.published_at ?? release.created_at;
  const repository = repositoryFact(payload.repository, delivery, asOf);
  return {
    repository,
    releases: [
      {
        repositoryId: repository.id,
        number: release.id,
        tag: release.tag_name,
        name: release.name || null,
        isDraft: release.draft,
        isPrerelease: release.prerelease,
        publishedAt: release.published_at ?? null,
        deletedAt: payload.action === "deleted" ? asOf : null,
        asOf,
        asOfGuid: repository.asOfGuid,
      },
    ],
  };
}
