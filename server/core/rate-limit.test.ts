import { sql } from "drizzle-orm";
import { expect } from "vitest";
import { rateLimits as table } from "#db/schema/core.ts";
import { test } from "#server/testing/database.ts";
import { addressKey, rateLimits, sweepRateLimits, takeFromLimit, takeFromRule } from "./rate-limit.ts";

const rule = { key: "try 192.0.2.1", limit: 3, windowSeconds: 60 };

test("so many tries are allowed and no more, also when they come at once", async ({ db }) => {
  await db.delete(table);
  const results = await Promise.all(Array.from({ length: 8 }, () => takeFromLimit(db, rule)));
  expect(results.filter(({ isAllowed }) => isAllowed)).toHaveLength(3);
  for (const { retryAfterSeconds } of results) {
    expect(retryAfterSeconds).toBeGreaterThan(50);
    expect(retryAfterSeconds).toBeLessThanOrEqual(60);
  }
  expect((await takeFromLimit(db, { ...rule, key: "another" })).isAllowed).toBe(true);
});

test("refused tries prolong nothing, and after the window all begins anew", async ({ db }) => {
  await db.delete(table);
  for (let count = 0; count < 5; count += 1) await takeFromLimit(db, rule);
  await db.update(table).set({ endsAt: sql`clock_timestamp() - interval '1 second'` });
  const again = await takeFromLimit(db, rule);
  expect(again.isAllowed).toBe(true);
  expect(await db.select({ count: table.count }).from(table)).toEqual([{ count: 1 }]);
});

test("a named rule refuses with a sentence and the time to wait", async ({ db }) => {
  await db.insert(table).values({
    key: "export user 1",
    count: rateLimits.export.limit,
    endsAt: sql`clock_timestamp() + interval '40 seconds'`,
  });
  await expect(takeFromRule(db, "export", "user 1")).rejects.toMatchObject({
    code: "too_many",
    message: expect.stringMatching(/^Too many exports: try again in (40|39) seconds$/),
    retryAfterSeconds: expect.any(Number),
  });
  await takeFromRule(db, "export", "user 2");
});

test("what has run out is swept, what counts stays", async ({ db }) => {
  await db.delete(table);
  const at = (seconds: number) => sql`clock_timestamp() + make_interval(secs => ${seconds})`;
  await db.insert(table).values([
    { key: "old", count: 1, endsAt: at(-1) },
    { key: "new", count: 1, endsAt: at(60) },
  ]);
  expect(await sweepRateLimits(db)).toBe(1);
  expect(await db.select({ key: table.key }).from(table)).toEqual([{ key: "new" }]);
});

test("one machine has a whole /64, so that is what counts", () => {
  expect(addressKey("203.0.113.7")).toBe("address 203.0.113.7");
  expect(addressKey("2001:db8:1:2:aaaa::1")).toBe(addressKey("2001:db8:1:2:bbbb::2"));
  expect(addressKey("2001:db8:1:3::1")).not.toBe(addressKey("2001:db8:1:2::1"));
  expect(addressKey(null)).toBe("address unknown");
});
