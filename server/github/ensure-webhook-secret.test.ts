import { eq } from "drizzle-orm";
import { expect } from "vitest";
import { events, installation } from "#db/schema/core.ts";
import { as, test } from "#server/testing/database.ts";
import { testKeyring } from "#server/testing/keyring.ts";
import { ensureWebhookSecret } from "./ensure-webhook-secret.ts";
import { readWebhookSecrets } from "./webhook-secrets.ts";

test("seeds come and go with the setting, and an evaluation is never without a secret", async ({ db }) => {
  const ctx = as(db);
  const values = async () => (await readWebhookSecrets(ctx, testKeyring)).map(({ value }) => value);
  await ensureWebhookSecret(ctx, { keyring: testKeyring, seeds: [] });
  expect(await values()).toEqual([]);
  await ensureWebhookSecret(ctx, { keyring: testKeyring, seeds: ["one", "two"] });
  await ensureWebhookSecret(ctx, { keyring: testKeyring, seeds: ["two", "one"] });
  expect(await values()).toEqual(["one", "two"]);
  await ensureWebhookSecret(ctx, { keyring: testKeyring, seeds: ["two", "three"] });
  expect(await values()).toEqual(["two", "three"]);
  const recorded = await db
    .select({ type: events.type, payload: events.payload })
    .from(events)
    .orderBy(events.id);
  expect(recorded.map(({ type }) => type)).toEqual([
    "connection.created",
    "secret.added",
    "secret.added",
    "secret.added",
    "secret.retired",
  ]);
  expect(JSON.stringify(recorded)).not.toMatch(/one|two|three/);
});

test("an evaluation makes a secret of its own, once", async ({ db }) => {
  const ctx = as(db);
  await db.insert(installation).values({ mode: "evaluation" });
  await ensureWebhookSecret(ctx, { keyring: testKeyring, seeds: ["given"] });
  await ensureWebhookSecret(ctx, { keyring: testKeyring, seeds: [] });
  expect((await readWebhookSecrets(ctx, testKeyring)).map(({ value }) => value)).not.toContain("given");
  await db.execute("delete from connection_secrets");
  await ensureWebhookSecret(ctx, { keyring: testKeyring, seeds: [] });
  await ensureWebhookSecret(ctx, { keyring: testKeyring, seeds: [] });
  const [made, ...others] = await readWebhookSecrets(ctx, testKeyring);
  expect(others).toEqual([]);
  expect(made?.value.length).toBeGreaterThanOrEqual(43);
  await db.update(installation).set({ mode: "production" }).where(eq(installation.id, "only"));
});
