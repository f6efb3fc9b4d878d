import { eq, inArray, sql } from "drizzle-orm";
import { expect } from "vitest";
import { connectionBudgets } from "#db/schema/connections.ts";
import { connections } from "#db/schema/core.ts";
import { webhookDeliveries } from "#db/schema/github.ts";
import { as, test } from "#server/testing/database.ts";
import { testKeyring } from "#server/testing/keyring.ts";
import { person } from "#server/testing/people.ts";
import { makeWebhookSecret, signedWebhook } from "#server/testing/signed-webhooks.ts";
import { addWebhookSecret } from "./ensure-webhook-secret.ts";
import { readWebhookHealth } from "./read-health.ts";
import { receiveDeliveries } from "./receive-delivery.ts";

const secondsAgo = (seconds: number) => new Date(Date.now() - seconds * 1000);

test("nothing has come yet: no figure is made up", async ({ db }) => {
  const health = await readWebhookHealth(as(db, person("platform")));
  expect(health).toMatchObject({
    lag: { finished: 0, p50Ms: null, p99Ms: null, pending: 0, oldestPendingAt: null },
    hooks: [],
    gaps: [],
    budgets: [],
    secrets: [],
    comparison: { repositories: 0, lastAt: null, failures: [] },
    retention: { payloadDays: 90, keptDays: 400, oldestPayloadAt: null },
  });
  expect(health.may.compare).toBeNull();
  expect(health.may.setPayloadDays?.sentence).toMatch(/Only admins/);
  await expect(readWebhookHealth(as(db, person("leader")))).rejects.toThrow("Only platform engineers");
});

test("lag, hooks, limits and secrets are told as they are", async ({ db }) => {
  const secret = await makeWebhookSecret(as(db), { name: "Shown" });
  const sent = (seconds: number, hookKey = "hook:5") =>
    signedWebhook(secret, "push", {}, { hookKey, receivedAt: secondsAgo(seconds) });
  const stored = await receiveDeliveries(
    as(db),
    [secret],
    [sent(100), sent(90), sent(80, "app:9"), sent(7_300), sent(30)],
  );
  const [one, two, failed, old] = stored.map(({ id }) => id) as [number, number, number, number];
  const finish = (id: number, state: "done" | "failed", ms: number) =>
    db
      .update(webhookDeliveries)
      .set({
        state,
        nextTryAt: null,
        reason: state === "failed" ? "No such table" : null,
        finishedAt: sql`received_at + make_interval(secs => ${ms / 1000})`,
      })
      .where(eq(webhookDeliveries.id, id));
  await finish(one, "done", 100);
  await finish(two, "done", 300);
  await finish(failed, "failed", 200);
  await finish(old, "done", 900_000);
  const [connection] = await db.select().from(connections).where(eq(connections.name, "Shown"));
  const connectionId = connection?.id ?? "";
  await addWebhookSecret(as(db), testKeyring, { id: connectionId, name: "Shown", isDemo: false }, "another");
  await db
    .update(connections)
    .set({ settings: { reservePercent: 20 } })
    .where(eq(connections.id, connectionId));
  const resetAt = secondsAgo(-600);
  await db
    .insert(connectionBudgets)
    .values({ connectionId, holder: "token", limit: 5_000, remaining: 900, resetAt, heardAt: new Date() });

  const health = await readWebhookHealth(as(db, person("admin")));
  expect(health.lag).toMatchObject({ finished: 3, p50Ms: 200, pending: 1 });
  expect(health.lag.p99Ms).toBeCloseTo(298, 0);
  expect(health.lag.oldestPendingAt).not.toBeNull();
  const hooks = new Map(health.hooks.map((hook) => [hook.hookKey, hook]));
  expect(hooks.get("hook:5")).toMatchObject({
    connectionName: "Shown",
    kind: null,
    lastFailure: null,
    comparedAt: null,
  });
  expect(hooks.get("app:9")?.lastFailure).toMatchObject({ id: failed, reason: "No such table" });
  expect(health.budgets).toEqual([
    expect.objectContaining({
      connectionName: "Shown",
      holder: "The token",
      limit: 5_000,
      remaining: 900,
      reserve: 1_000,
    }),
  ]);
  expect(health.secrets).toMatchObject([{ connectionName: "Shown", active: 2, isSwitchedOff: false }]);
  expect(health.retention.oldestPayloadAt?.getTime()).toBeLessThan(secondsAgo(7_000).getTime());
  await db.delete(webhookDeliveries).where(
    inArray(
      webhookDeliveries.id,
      stored.map(({ id }) => id),
    ),
  );
});
