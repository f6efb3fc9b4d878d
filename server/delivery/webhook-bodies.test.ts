import examples from "@octokit/webhooks-examples" with { type: "json" };
import { sql } from "drizzle-orm";
import { expect } from "vitest";
import { randomFor } from "#db/seed/random.ts";
import type { Db } from "#db/types.ts";
import { receiveDeliveries } from "#server/github/receive-delivery.ts";
import { as, test } from "#server/testing/database.ts";
import { bodyCount, mutateBody } from "#server/testing/mutate-body.ts";
import { makeWebhookSecret, signedWebhook, workInbox } from "#server/testing/signed-webhooks.ts";

type Example = { event: string; body: Buffer };

const all: Example[] = (examples as { name: string; examples: unknown[] }[]).flatMap(
  ({ name, examples: found }) =>
    found.map((payload) => ({ event: name, body: Buffer.from(JSON.stringify(payload)) })),
);

async function sendAll(db: Db, bodies: readonly Example[], hookKey: string): Promise<Record<string, number>> {
  const ctx = as(db);
  const secret = await makeWebhookSecret(ctx);
  for (let from = 0; from < bodies.length; from += 500) {
    const part = bodies.slice(from, from + 500);
    await receiveDeliveries(
      ctx,
      [secret],
      part.map(({ event, body }, index) =>
        signedWebhook(secret, event, body, { hookKey, guid: `body-${from + index}` }),
      ),
    );
    await workInbox(ctx);
  }
  const rows = await db.execute<{ state: string; count: number }>(sql`
    select state, count(*)::int as count from webhook_deliveries where hook_key = ${hookKey} group by state order by state`);
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

test("GitHub's own 329 examples: all accepted, none fails", async ({ db }) => {
  expect(all).toHaveLength(329);
  const states = await sendAll(db, all, "hook:examples");
  expect(states.done! + states.ignored!).toBe(329);
  expect(Object.keys(states)).toEqual(["done", "ignored"]);
  const [figures] = await db.execute<Record<string, number>>(sql`
    select (select count(*)::int from deployments) as deployments, (select count(*)::int from pull_requests) as pulls,
      (select count(*)::int from pushes) as pushes, (select count(*)::int from workflow_runs) as runs,
      (select count(*)::int from releases) as releases, (select count(*)::int from pull_request_reviews) as reviews`);
  expect(Object.values(figures!).every((count) => count > 0)).toBe(true);
});

const read = new Set([
  "push",
  "pull_request",
  "pull_request_review",
  "deployment",
  "deployment_status",
  "issues",
  "workflow_run",
  "release",
  "repository",
  "ping",
]);

const count = bodyCount(3_000);

test(`${count} broken bodies: each ends in a state, none crashes the reader or the database`, {
  timeout: 240_000 + count * 20,
}, async ({ db }) => {
  const known = all.filter(({ event }) => read.has(event));
  const random = randomFor("broken bodies");
  const states: Record<string, number> = {};
  for (let from = 0; from < count; from += 10_000) {
    const broken = Array.from({ length: Math.min(10_000, count - from) }, () => {
      const { event, body } = known[random.between(0, known.length - 1)]!;
      return { event, body: mutateBody(body, random) };
    });
    const part = await sendAll(db, broken, `hook:broken-${from}`);
    for (const [state, found] of Object.entries(part)) states[state] = (states[state] ?? 0) + found;
  }
  const { done = 0, ignored = 0, unreadable = 0, ...others } = states;
  expect(others).toEqual({});
  expect(done + ignored + unreadable).toBe(count);
  // Both must happen, or the bodies were not what they are meant to be.
  expect(unreadable).toBeGreaterThan(count / 6);
  expect(done).toBeGreaterThan(count / 6);
  const [unsaid] = await db.execute(sql`
    select count(*)::int as n from webhook_deliveries where state in ('unreadable', 'ignored') and coalesce(reason, '') = ''`);
  expect(unsaid).toEqual({ n: 0 });
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});
