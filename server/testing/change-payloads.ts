import type { RepositoryPayload } from "./github-payloads.ts";

/** Payloads of pull requests, reviews, issues, runs and releases, in the shape that GitHub documents. */

type Fields = Record<string, unknown>;

export function pullRequestPayload(
  repository: RepositoryPayload,
  pull: { number: number; updated_at: string } & Fields,
): object {
  const usual = {
    title: "A change",
    state: "open",
    draft: false,
    labels: [],
    base: { ref: "main" },
    head: { ref: "a-change", sha: "a".repeat(40) },
    created_at: "2026-03-02T08:00:00Z",
    closed_at: null,
    merged_at: null,
    merge_commit_sha: null,
    commits: 1,
  };
  return { action: "edited", repository, pull_request: { ...usual, ...pull } };
}

export function reviewPayload(
  repository: RepositoryPayload,
  review: { id: number; state: string; at: string; pull: number },
): object {
  return {
    action: review.state === "dismissed" ? "dismissed" : "submitted",
    repository,
    review: { id: review.id, state: review.state, submitted_at: "2026-03-02T09:00:00Z" },
    pull_request: { number: review.pull, updated_at: review.at },
  };
}

export function issuePayload(
  repository: RepositoryPayload,
  issue: { action: string; number: number; labels?: string[]; updated_at: string; label?: string } & Fields,
): object {
  const { action, labels = [], label, ...fields } = issue;
  const usual = {
    title: "Something is broken",
    body: "",
    created_at: "2026-03-02T08:00:00Z",
    closed_at: null,
  };
  return {
    action,
    repository,
    issue: { ...usual, ...fields, labels: labels.map((name) => ({ name })) },
    ...(label ? { label: { name: label } } : {}),
  };
}

export function runPayload(
  repository: RepositoryPayload,
  run: { id: number; updated_at: string } & Fields,
): object {
  const usual = {
    run_number: 7,
    run_attempt: 1,
    name: "CI",
    path: ".github/workflows/ci.yml",
    event: "push",
    head_branch: "main",
    head_sha: "b".repeat(40),
    status: "completed",
    conclusion: "success",
    created_at: "2026-03-02T08:00:00Z",
    run_started_at: "2026-03-02T08:00:00Z",
  };
  return { action: "completed", repository, workflow_run: { ...usual, ...run } };
}

export function releasePayload(
  repository: RepositoryPayload,
  release: { action: string; id: number } & Fields,
): object {
  const { action, ...fields } = release;
  const usual = {
    tag_name: "v1.0.0",
    name: "First",
    draft: false,
    prerelease: false,
    created_at: "2026-03-02T08:00:00Z",
    published_at: "2026-03-02T08:05:00Z",
  };
  return { action, repository, release: { ...usual, ...fields } };
}
