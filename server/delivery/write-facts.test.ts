import { sql } from "drizzle-orm";
import fc from "fast-check";
import { expect } from "vitest";
import type { Db } from "#db/types.ts";
import {
  issuePayload,
  pullRequestPayload,
  releasePayload,
  reviewPayload,
  runPayload,
} from "#server/testing/change-payloads.ts";
import { as, test } from "#server/testing/database.ts";
import { repositoryPayload } from "#server/testing/github-payloads.ts";
import type { DeliveryFacts } from "./facts.ts";
import { readDelivery } from "./read-delivery.ts";
import { writeFacts } from "./write-facts.ts";

const repository = { ...repositoryPayload("acme/shop"), id: 41 };
const renamed = { ...repository, full_name: "acme/store" };
const minute = (count: number) => new Date(Date.UTC(2026, 2, 2, 8, count)).toISOString();
const [one, two] = ["1".repeat(40), "2".repeat(40)];

const deployment = (id: number, updated: number) => ({
  id,
  sha: one,
  ref: "main",
  task: "deploy",
  environment: id === 5 ? "production" : "staging",
  created_at: minute(10),
  updated_at: minute(updated),
});
const status = (id: number, state: string, at: number, updated = at) => ({
  repository,
  deployment: deployment(id, updated),
  deployment_status: { state, created_at: minute(at) },
});
const commit = (id: string, message: string) => ({ id, message, timestamp: minute(1), modified: ["a"] });
const push = (before: string, after: string, shas: string[]) => ({
  ref: "refs/heads/main",
  before,
  after,
  forced: false,
  commits: shas.map((sha) => commit(sha, `Commit ${sha[0]}`)),
  head_commit: null,
  repository: { ...repository, pushed_at: 1_772_445_600 },
});
const pull = (updated: number, fields: object) =>
  pullRequestPayload(repository, { number: 7, updated_at: minute(updated), ...fields });
const merged = { state: "closed", closed_at: minute(20), merged_at: minute(20), merge_commit_sha: two };
const issue = (action: string, updated: number, labels: string[], fields: object = {}) =>
  issuePayload(repository, { action, number: 8, labels, updated_at: minute(updated), ...fields });

/** What one repository tells in a morning, with all that makes order matter: equal times, late news, second thoughts. */
const morning: readonly [event: string, payload: object][] = [
  ["push", push("0".repeat(40), one, [one])],
  ["push", push(one, two, [two])],
  ["push", push(two, one, [])],
  ["deployment", { repository, deployment: deployment(5, 10) }],
  ["deployment_status", status(5, "in_progress", 11)],
  ["deployment_status", status(5, "success", 12)],
  ["deployment_status", status(5, "success", 14)],
  ["deployment_status", status(5, "failure", 30)],
  ["deployment_status", status(5, "error", 31, 12)],
  ["deployment_status", status(5, "inactive", 40)],
  ["deployment", { repository, deployment: deployment(6, 10) }],
  ["deployment_status", status(6, "failure", 13)],
  ["deployment_status", { ...status(6, "queued", 9), repository: renamed }],
  ["pull_request", pull(3, { title: "First words" })],
  ["pull_request", pull(9, { title: "Better words" })],
  ["pull_request", pull(9, { title: "At the same moment", draft: true })],
  ["pull_request", pull(20, merged)],
  ["pull_request", pull(25, { ...merged, merged_at: null, title: "Forgot that it was merged" })],
  ["pull_request", pull(26, { ...merged, labels: [{ name: "late" }] })],
  ["pull_request_review", reviewPayload(repository, { id: 1, state: "approved", at: minute(15), pull: 7 })],
  ["pull_request_review", reviewPayload(repository, { id: 1, state: "dismissed", at: minute(16), pull: 7 })],
  ["issues", issue("opened", 30, ["incident", "severity:2"])],
  ["issues", issue("labeled", 31, ["incident", "severity:1"])],
  ["issues", issue("unlabeled", 35, ["severity:1"], { label: "incident" })],
  ["issues", issue("labeled", 36, ["incident"])],
  ["issues", issue("closed", 50, ["incident"], { closed_at: minute(50) })],
  ["issues", issue("edited", 51, [])],
  [
    "issues",
    issuePayload(repository, { action: "deleted", number: 9, labels: ["incident"], updated_at: minute(5) }),
  ],
  [
    "issues",
    issuePayload(repository, { action: "edited", number: 9, labels: ["incident"], updated_at: minute(5) }),
  ],
  ["workflow_run", runPayload(repository, { id: 3, updated_at: minute(4), conclusion: "failure" })],
  ["workflow_run", runPayload(repository, { id: 3, updated_at: minute(6), run_attempt: 2 })],
  [
    "workflow_run",
    runPayload(repository, {
      id: 3,
      updated_at: minute(5),
      run_attempt: 2,
      status: "in_progress",
      conclusion: null,
    }),
  ],
  ["release", releasePayload(repository, { action: "created", id: 2, draft: true, published_at: null })],
  ["release", releasePayload(renamed, { action: "published", id: 2 })],
  ["release", releasePayload(repository, { action: "deleted", id: 2 })],
  ["ping", { zen: "x", repository }],
];

const facts: DeliveryFacts[] = morning.flatMap(([event, payload], index) => {
  const guid = `guid-${String((index * 7) % 37).padStart(2, "0")}`;
  const receivedAt = new Date(minute(index));
  const reading = readDelivery({
    event,
    payload: JSON.parse(JSON.stringify(payload)),
    guid,
    receivedAt,
    isDemo: false,
  });
  return reading.state === "done" ? [reading.facts] : [];
});

const tables = [
  "repositories",
  "pushes",
  "commits",
  "pull_requests",
  "pull_request_reviews",
  "deployments",
  "incidents",
  "workflow_runs",
  "releases",
] as const;

async function dump(db: Db): Promise<Record<string, unknown[]>> {
  const rows: Record<string, unknown[]> = {};
  for (const table of tables) {
    const found = await db.execute<{ row: unknown }>(
      sql.raw(`select to_jsonb(t) as row from ${table} t order by to_jsonb(t)::text`),
    );
    rows[table] = found.map(({ row }) => row);
  }
  return rows;
}

/** Writes them in batches of the given sizes, the last size repeated. */
async function write(db: Db, all: readonly DeliveryFacts[], sizes: readonly number[]): Promise<void> {
  await db.execute(sql`truncate repositories cascade`);
  let from = 0;
  for (let index = 0; from < all.length; index += 1) {
    const size = sizes[Math.min(index, sizes.length - 1)] ?? 1;
    await writeFacts(as(db), all.slice(from, from + size));
    from += size;
  }
}

test("any order and any repetition of the same webhooks gives the same rows", async ({ db }) => {
  await write(db, facts, [1]);
  const expected = await dump(db);
  expect(Object.entries(expected).filter(([, rows]) => rows.length === 0)).toEqual([]);
  const order = fc.array(fc.nat({ max: facts.length - 1 }), { maxLength: 30 }).chain((repeated) => {
    const all = [...facts.keys(), ...repeated];
    return fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length });
  });
  const sizes = fc.array(fc.integer({ min: 1, max: 25 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(order, sizes, async (places, batches) => {
      await write(
        db,
        places.map((place) => facts[place]!),
        batches,
      );
      expect(await dump(db)).toEqual(expected);
    }),
    { numRuns: 60, seed: 20_260_302 },
  );
});

test("what it all comes to", async ({ db }) => {
  await write(db, facts, [1]);
  const {
    deployments,
    pull_requests,
    pull_request_reviews,
    incidents,
    workflow_runs,
    releases,
    repositories,
  } = await dump(db);
  expect(deployments).toMatchObject([
    { number: 5, outcome: "success", tier: "production" },
    { number: 6, outcome: "failure", tier: "staging" },
  ]);
  const times = deployments![0] as Record<string, string>;
  expect(
    [times.succeeded_at, times.failed_at, times.last_failed_at].map((time) => new Date(time!).toISOString()),
  ).toEqual([minute(12), minute(30), minute(31)]);
  expect(pull_requests).toMatchObject([{ state: "closed", merge_sha: two, labels: ["late"] }]);
  expect(pull_request_reviews).toMatchObject([{ state: "dismissed" }]);
  const numberOf = (row: unknown) => (row as { number: number }).number;
  expect(incidents?.toSorted((left, right) => numberOf(left) - numberOf(right))).toMatchObject([
    { number: 8, is_incident: true, severity: null, closed_at: expect.any(String) },
    { number: 9, deleted_at: expect.any(String) },
  ]);
  expect(workflow_runs).toMatchObject([{ attempt: 2, conclusion: "success" }]);
  expect(releases).toMatchObject([{ is_draft: false, deleted_at: expect.any(String) }]);
  expect(repositories).toHaveLength(1);
});

test("rows of a real repository are never the demo's, whichever word came first", async ({ db }) => {
  const [first] = facts;
  const demo = { ...first!, repository: { ...first!.repository, isDemo: true } };
  for (const both of [
    [demo, first!],
    [first!, demo],
  ]) {
    await write(db, both, [2]);
    expect((await dump(db)).repositories).toMatchObject([{ is_demo: false }]);
  }
});
