import { describe, expect, test } from "vitest";
import {
  issuePayload,
  pullRequestPayload,
  releasePayload,
  reviewPayload,
  runPayload,
} from "#server/testing/change-payloads.ts";
import { randomSha, repositoryPayload } from "#server/testing/github-payloads.ts";
import { readDelivery } from "./read-delivery.ts";

const repository = repositoryPayload("acme/Checkout");
const at = "2026-03-02T10:00:00Z";
const read = (event: string, payload: unknown) =>
  readDelivery({ event, payload, guid: "g", receivedAt: new Date("2026-03-02T12:00:00Z"), isDemo: false });

function factsOf(event: string, payload: unknown) {
  const reading = read(event, payload);
  if (reading.state !== "done") throw new Error(`${event} is ${reading.state}: ${reading.reason}`);
  return reading.facts;
}

test("knows a repository by its number and host, and compares its name in lower case", () => {
  const { repository: fact } = factsOf(
    "pull_request",
    pullRequestPayload(repository, { number: 1, updated_at: at }),
  );
  expect(fact).toMatchObject({
    id: `github.com:${repository.id}`,
    fullName: "acme/Checkout",
    slug: "acme/checkout",
    observedSince: new Date("2026-03-02T12:00:00Z"),
    asOf: new Date(at),
  });
  const elsewhere = { ...repository, html_url: "https://git.acme.example/acme/checkout" };
  const other = factsOf("pull_request", pullRequestPayload(elsewhere, { number: 1, updated_at: at }));
  expect(other.repository.id).toBe(`git.acme.example:${repository.id}`);
  // Its host is part of the key: what names none must not fall to github.com.
  const odd = { ...repository, html_url: "javascript:alert(1)" };
  expect(read("pull_request", pullRequestPayload(odd, { number: 1, updated_at: at }))).toMatchObject({
    state: "unreadable",
    reason: expect.stringContaining("repository.html_url"),
  });
});

test("what contradicts itself is refused, and names the field", () => {
  const pull = (fields: object) =>
    read("pull_request", pullRequestPayload(repository, { number: 1, updated_at: at, ...fields }));
  const issue = (fields: object) =>
    read(
      "issues",
      issuePayload(repository, {
        action: "closed",
        number: 1,
        labels: ["incident"],
        updated_at: at,
        ...fields,
      }),
    );
  const status = { repository, deployment, deployment_status: { state: "succeeded", created_at: later } };
  for (const [reading, field] of [
    [pull({ state: "closed", merged: true }), "pull_request.merged_at"],
    [pull({ state: "closed", merged: false, merged_at: at }), "pull_request.merged_at"],
    [issue({ state: "closed" }), "issue.closed_at"],
    [read("deployment_status", status), "deployment_status.state"],
  ] as const)
    expect(reading).toMatchObject({ state: "unreadable", reason: expect.stringContaining(field) });
  expect(pull({ state: "closed", merged: true, merged_at: at }).state).toBe("done");
  expect(issue({ state: "closed", closed_at: at })).toMatchObject({
    facts: { incidents: [{ closedAt: new Date(at) }] },
  });
  expect(issue({ state: "open", closed_at: at })).toMatchObject({
    facts: { incidents: [{ closedAt: null }] },
  });
});

test.each([
  "x 5",
  "2026-03-02",
  "2026-03-02T10:00:00",
  "2026-02-30T10:00:00Z",
  "12",
  12,
  -1,
  1.5e9 + 0.5,
  1e308,
  "",
  true,
])("the time %j is refused and not made into one", (created_at) => {
  const reading = read("deployment", { repository, deployment: { ...deployment, created_at } });
  expect(reading).toMatchObject({ state: "unreadable", reason: expect.stringContaining("created_at") });
});

describe("a clock that is days ahead", () => {
  const told = (event: string, payload: unknown, readAt = "2026-03-02T12:00:00Z") =>
    readDelivery({
      event,
      payload,
      guid: "g",
      receivedAt: new Date("2026-03-02T12:00:00Z"),
      readAt: new Date(readAt),
      isDemo: false,
    });
  const far = "2026-03-05T10:00:00Z";

  test("is told, and what it says is taken in once the clock is right", () => {
    const payloads: [string, object][] = [
      [
        "deployment_status",
        { repository, deployment, deployment_status: { state: "success", created_at: far } },
      ],
      ["deployment", { repository, deployment: { ...deployment, created_at: far, updated_at: far } }],
      ["pull_request", pullRequestPayload(repository, { number: 1, updated_at: at, merged_at: far })],
      [
        "issues",
        issuePayload(repository, {
          action: "opened",
          number: 1,
          labels: ["incident"],
          created_at: far,
          updated_at: at,
        }),
      ],
      ["workflow_run", runPayload(repository, { id: 1, updated_at: far })],
      ["release", releasePayload(repository, { action: "published", id: 1, published_at: far })],
    ];
    for (const [event, payload] of payloads) {
      expect(told(event, payload), event).toMatchObject({
        state: "unreadable",
        reason: expect.stringContaining("ahead of the portal's clock"),
      });
      expect(told(event, payload, far).state, event).toBe("done");
    }
    const soon = "2026-03-03T11:00:00Z";
    expect(told("deployment", { repository, deployment: { ...deployment, created_at: soon } }).state).toBe(
      "done",
    );
  });

  test("of somebody who commits moves no push and no tag", () => {
    const head = { id: randomSha(), message: "From tomorrow's computer", timestamp: far };
    const push = { before: randomSha(), after: head.id, commits: [head], head_commit: head };
    const reading = told("push", {
      ...push,
      ref: "refs/tags/v1",
      repository: { ...repository, pushed_at: at },
    });
    expect(reading).toMatchObject({
      facts: {
        pushes: [{ pushedAt: new Date(at) }],
        commits: [{ authoredAt: new Date(far) }],
        tags: [{ taggedAt: new Date(at) }],
      },
    });
    // Without the repository's own word the moment of receipt is the latest that it can have been.
    expect(told("push", { ...push, ref: "refs/heads/main", repository })).toMatchObject({
      facts: { pushes: [{ pushedAt: new Date("2026-03-02T12:00:00Z") }] },
    });
  });
});

test("a push brings its commits in order, and its head where it lists none", () => {
  const commit = (id: string, message: string) => ({
    id,
    message,
    timestamp: at,
    added: ["a"],
    removed: [],
    modified: ["a", "b"],
  });
  const [one, two] = [randomSha(), randomSha()];
  const base = {
    ref: "refs/heads/main",
    before: randomSha(),
    after: two,
    repository: { ...repository, pushed_at: 1_772_445_600 },
  };
  const facts = factsOf("push", { ...base, commits: [commit(one, "First\n\nLong"), commit(two, "Second")] });
  expect(facts.pushes).toMatchObject([{ commits: [one, two], pushedAt: new Date(1_772_445_600_000) }]);
  expect(facts.commits).toMatchObject([
    { sha: one, title: "First", paths: ["a", "b"] },
    { sha: two, title: "Second" },
  ]);
  const tag = factsOf("push", {
    ...base,
    ref: "refs/tags/v1",
    commits: [],
    head_commit: commit(two, "Second"),
  });
  expect(tag.pushes).toMatchObject([{ ref: "refs/tags/v1", commits: [] }]);
  expect(tag.commits).toMatchObject([{ sha: two }]);
  const gone = factsOf("push", {
    ...base,
    after: "0".repeat(40),
    deleted: true,
    head_commit: null,
    commits: [],
  });
  expect(gone).toMatchObject({ pushes: [{ afterSha: "0".repeat(40) }], commits: [] });
});

test("only a merged pull request has a merge commit; a closed one names its trial merge", () => {
  const merge_commit_sha = randomSha();
  const closed = { number: 3, updated_at: at, state: "closed", closed_at: at, merge_commit_sha };
  expect(factsOf("pull_request", pullRequestPayload(repository, closed)).pullRequests).toMatchObject([
    { number: 3, mergedAt: null, mergeSha: null, closedAt: new Date(at) },
  ]);
  const merged = { ...closed, merged: true, merged_at: at };
  expect(factsOf("pull_request", pullRequestPayload(repository, merged)).pullRequests).toMatchObject([
    { mergedAt: new Date(at), mergeSha: merge_commit_sha },
  ]);
});

const deployment = {
  id: 5,
  sha: randomSha(),
  ref: "main",
  task: "deploy",
  environment: "production",
  payload: "text, or an object",
  created_at: at,
  updated_at: at,
};
const later = "2026-03-02T10:09:00Z";

test.each([
  ["success", { succeededAt: new Date(later) }],
  ["failure", { failedAt: new Date(later), lastFailedAt: new Date(later) }],
  ["error", { failedAt: new Date(later), lastFailedAt: new Date(later) }],
  ["in_progress", { startedAt: new Date(later) }],
  ["inactive", {}],
  ["queued", {}],
  ["waiting", {}],
  ["pending", {}],
])("the status %s says %o", (state, said) => {
  const payload = { repository, deployment, deployment_status: { state, created_at: later } };
  const [fact] = factsOf("deployment_status", payload).deployments!;
  const { succeededAt, failedAt, lastFailedAt, startedAt } = fact!;
  const times = { succeededAt, failedAt, lastFailedAt, startedAt };
  expect(Object.fromEntries(Object.entries(times).filter(([, time]) => time !== undefined))).toEqual(said);
});

test.each([
  [["incident"], "opened", undefined, true],
  [["Incident "], "edited", undefined, true],
  [["bug"], "unlabeled", "incident", false],
])(
  "an issue with the labels %o, %s, is kept as an incident or as none any more",
  (labels, action, label, isIncident) => {
    const payload = issuePayload(repository, {
      action,
      number: 9,
      labels,
      updated_at: at,
      ...(label ? { label } : {}),
    });
    expect(factsOf("issues", payload).incidents).toMatchObject([{ number: 9, isIncident }]);
  },
);

test("an incident says how bad it is, which service it means and which commit was deployed", () => {
  const body = "Since noon.\n\nDeployment: 64D7BF3D8b75 to production";
  const labels = ["incident", "severity:1", "service:cart", "service: Wishlist"];
  const payload = issuePayload(repository, { action: "opened", number: 9, labels, body, updated_at: at });
  expect(factsOf("issues", payload).incidents).toMatchObject([
    { severity: "1", services: ["cart", "wishlist"], namedSha: "64d7bf3d8b75" },
  ]);
});

test.each([
  ["issues", issuePayload(repository, { action: "opened", number: 1, labels: ["bug"], updated_at: at })],
  ["issues", issuePayload(repository, { action: "unlabeled", number: 1, label: "bug", updated_at: at })],
  ["star", { action: "created" }],
  ["__proto__", {}],
  ["constructor", {}],
  ["ping", { zen: "x" }],
])("%s that says nothing we need is ignored with a reason", (event, payload) => {
  const reading = read(event, payload);
  expect(reading).toMatchObject({ state: "ignored", reason: expect.stringMatching(/^[A-Z].{10,}/) });
});

test("reads reviews, runs and releases", () => {
  const review = reviewPayload(repository, { id: 4, state: "APPROVED", at, pull: 3 });
  expect(factsOf("pull_request_review", review).reviews).toMatchObject([
    { state: "approved", pullRequest: 3 },
  ]);
  const run = runPayload(repository, {
    id: 8,
    updated_at: at,
    name: null,
    conclusion: null,
    status: "queued",
  });
  expect(factsOf("workflow_run", run).workflowRuns).toMatchObject([{ workflow: "", conclusion: null }]);
  const gone = releasePayload(repository, { action: "deleted", id: 2 });
  expect(factsOf("release", gone).releases).toMatchObject([{ tag: "v1.0.0", deletedAt: expect.any(Date) }]);
});

const status = { repository, deployment, deployment_status: { state: "success", created_at: later } };

test.each([
  ["no repository", { ...status, repository: undefined }, "repository"],
  ["a number as name", { ...status, repository: { ...repository, full_name: 7 } }, "repository.full_name"],
  [
    "an endless name",
    { ...status, deployment: { ...deployment, environment: "x".repeat(301) } },
    "deployment.environment",
  ],
  ["a commit that is none", { ...status, deployment: { ...deployment, sha: "main'; --" } }, "deployment.sha"],
  [
    "a time that is none",
    { ...status, deployment: { ...deployment, created_at: "soon" } },
    "deployment.created_at",
  ],
  [
    "the year 9999999",
    { ...status, deployment: { ...deployment, created_at: 9e14 } },
    "deployment.created_at",
  ],
  ["a number too large", { ...status, deployment: { ...deployment, id: 2 ** 60 } }, "deployment.id"],
  ["a list instead of an object", { ...status, deployment: [deployment] }, "deployment"],
])("says which field is wrong in a payload with %s", (_, payload, field) => {
  expect(read("deployment_status", payload)).toEqual({
    state: "unreadable",
    reason: expect.stringContaining(`has: ${field} is `),
  });
});

test("texts that PostgreSQL cannot hold become ones that it can", () => {
  const title = "NUL \u0000 and half a pair \ud83d";
  const payload = pullRequestPayload(repository, { number: 1, updated_at: at, title });
  expect(factsOf("pull_request", payload).pullRequests).toMatchObject([
    { title: "NUL \ufffd and half a pair \ufffd" },
  ]);
});
