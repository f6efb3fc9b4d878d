import examples from "@octokit/webhooks-examples" with { type: "json" };
import { sql } from "drizzle-orm";
import { expect } from "vitest";
import { randomFor } from "#db/seed/random.ts";
import type { Db } from "#db/types.ts";
import { receiveDeliveries } from "#server/github/receive-delivery.ts";
import { as, test } from "#server/testing/database.ts";
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
  "ping",
]);

const strange: readonly unknown[] = [
  null,
  true,
  -1,
  1e308,
  2 ** 53,
  "",
  "\u0000",
  "\ud800",
  "x".repeat(5_000),
  "2026-02-30T99:00:00Z",
  [],
  {},
  [[[[[[]]]]]],
  { __proto__: { polluted: true } },
  "'; drop table users; --",
];

/** Puts something strange in the place of one value, wherever that lies. */
function distort(value: unknown, random: ReturnType<typeof randomFor>, depth = 0): unknown {
  if (typeof value !== "object" || value === null || (depth > 0 && random.isTrue(0.25)))
    return strange[random.between(0, strange.length - 1)];
  const keys = Object.keys(value);
  const key = keys[random.between(0, Math.max(0, keys.length - 1))];
  if (key === undefined) return strange[random.between(0, strange.length - 1)];
  const inner = distort((value as Record<string, unknown>)[key], random, depth + 1);
  if (Array.isArray(value)) return value.map((item, index) => (String(index) === key ? inner : item));
  if (random.isTrue(0.1)) return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
  return { ...value, [key]: inner };
}

function mutate(body: Buffer, random: ReturnType<typeof randomFor>): Buffer {
  const kind = random.between(0, 9);
  if (kind === 0) return body.subarray(0, random.between(0, body.length));
  if (kind === 1) {
    const flipped = Buffer.from(body);
    for (let count = random.between(1, 8); count > 0; count -= 1) {
      const place = random.between(0, body.length - 1);
      flipped[place] = (flipped[place] ?? 0) ^ (1 << random.between(0, 7));
    }
    return flipped;
  }
  if (kind === 2)
    return Buffer.concat([body.subarray(0, 1), Buffer.from('"repository":7,"action":[],'), body.subarray(1)]);
  if (kind === 3) {
    const deep = "[".repeat(100_000);
    return Buffer.concat([body.subarray(0, -1), Buffer.from(`,"deep":${deep}${deep.replaceAll("[", "]")}}`)]);
  }
  return Buffer.from(JSON.stringify(distort(JSON.parse(body.toString("utf8")), random)));
}

test("3,000 broken bodies: each ends in a state, none crashes the reader or the database", async ({ db }) => {
  const known = all.filter(({ event }) => read.has(event));
  const random = randomFor("broken bodies");
  const broken = Array.from({ length: 3_000 }, () => {
    const { event, body } = known[random.between(0, known.length - 1)]!;
    return { event, body: mutate(body, random) };
  });
  const states = await sendAll(db, broken, "hook:broken");
  const { done = 0, ignored = 0, unreadable = 0, ...others } = states;
  expect(others).toEqual({});
  expect(done + ignored + unreadable).toBe(3_000);
  // Both must happen, or the bodies were not what they are meant to be.
  expect(unreadable).toBeGreaterThan(500);
  expect(done).toBeGreaterThan(500);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});
