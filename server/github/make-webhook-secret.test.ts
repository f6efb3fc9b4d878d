import { eq } from "drizzle-orm";
import { expect } from "vitest";
import { events, installation } from "#db/schema/core.ts";
import { as, test } from "#server/testing/database.ts";
import { testKeyring } from "#server/testing/keyring.ts";
import { person, tokenActor } from "#server/testing/people.ts";
import { ensureWebhookSecret } from "./ensure-webhook-secret.ts";
import { makeWebhookSecret } from "./make-webhook-secret.ts";
import { readWebhookSecrets } from "./webhook-secrets.ts";

test("a secret is shown once, stands beside those before it, and ends them only when told", async ({
  db,
}) => {
  await db.insert(installation).values({ mode: "evaluation" });
  await ensureWebhookSecret(as(db), { keyring: testKeyring, seeds: [] });
  const active = async () => (await readWebhookSecrets(as(db), testKeyring)).map(({ value }) => value);
  const [unknown] = await active();
  const platform = as(db, person("platform"));
  const first = await makeWebhookSecret(platform, { retiresOthers: false }, testKeyring);
  expect(await active()).toEqual([first.secret]);
  expect(first.secret).not.toBe(unknown);
  const second = await makeWebhookSecret(platform, { retiresOthers: false }, testKeyring);
  expect(await active()).toEqual([first.secret, second.secret]);
  // A secret of the environment belongs to whoever runs the portal.
  await ensureWebhookSecret(as(db), { keyring: testKeyring, seeds: ["of the environment"] });
  const third = await makeWebhookSecret(platform, { retiresOthers: true }, testKeyring);
  expect(third.retired).toBe(2);
  expect((await active()).sort()).toEqual(["of the environment", third.secret].sort());
  const rows = await db.select({ payload: events.payload }).from(events);
  expect(JSON.stringify(rows)).not.toContain(third.secret);
  const retired = await db.select().from(events).where(eq(events.type, "secret.retired"));
  expect(retired.map(({ payload }) => payload)).toEqual([
    { connection: "Evaluation" },
    { connection: "GitHub" },
    { connection: "GitHub" },
  ]);
});

test("is for people who run the portal", async ({ db }) => {
  for (const actor of [person("developer"), person("leader"), tokenActor("admin", ["write"])])
    await expect(makeWebhookSecret(as(db, actor), { retiresOthers: false }, testKeyring)).rejects.toThrow(
      /webhook secret/,
    );
});
