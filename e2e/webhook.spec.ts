import { randomUUID } from "node:crypto";
import {
  deploymentPayload,
  deploymentStatusPayload,
  pushPayload,
  randomSha,
  repositoryPayload,
} from "#server/testing/github-payloads.ts";
import { importFolder, makeCatalogFolder, serviceYaml } from "./catalog-folder.ts";
import { expect, test } from "./journey.ts";
import { sendRaw } from "./send-raw.ts";
import { sendWebhook } from "./send-webhook.ts";

test("a deployment that GitHub reports stands on the service's page, and its webhooks in the log", async ({
  portal,
  signedIn,
}) => {
  const platform = await signedIn("Platform engineer");
  const name = `deployed-${randomUUID().slice(0, 8)}`;
  const folder = makeCatalogFolder(portal, name);
  folder.write("catalog-info.yaml", serviceYaml(name));
  await importFolder(platform, folder.path);

  const { page } = await signedIn("Developer");
  await page.goto(`/catalog/component/default/${name}`);
  await expect(page.getByRole("main")).toContainText("No deployment recorded");

  const repository = repositoryPayload(`journeys/${name}`);
  const sha = randomSha();
  const at = new Date(Date.now() - 120_000);
  const deployment = deploymentPayload({ repository, sha, environment: "production", at });
  const status = deploymentStatusPayload(deployment, "success", new Date(Date.now() - 60_000));
  const guid = randomUUID();
  for (const answer of [
    await sendWebhook(portal, "push", pushPayload(repository, sha, "Serve the cart from memory", at)),
    await sendWebhook(portal, "deployment", deployment),
    await sendWebhook(portal, "deployment_status", status, { guid }),
  ])
    expect([answer.status, JSON.parse(answer.text).status]).toEqual([202, "stored"]);
  const again = await sendWebhook(portal, "deployment_status", status, { guid });
  expect([again.status, JSON.parse(again.text).status]).toEqual([202, "duplicate"]);

  const running = page.getByRole("table", { name: "What runs where" });
  await expect(async () => {
    await page.reload();
    await expect(running.getByRole("row").nth(1)).toContainText("production", { timeout: 5_000 });
  }).toPass();
  await expect(running).toContainText(sha.slice(0, 7));
  await expect(running).toContainText("Deployed");
  await page.getByRole("link", { name: "Deployments", exact: true }).click();
  await expect(page.getByRole("table", { name: "Deployments" }).getByRole("row").nth(1)).toContainText(
    "Serve the cart from memory",
  );

  await platform.page.goto(`/admin/webhooks?query=${guid}`);
  const log = platform.page.getByRole("table", { name: "Webhooks received" });
  await expect(log.getByRole("row")).toHaveCount(2);
  await expect(log).toContainText("Worked in");
  await log.getByRole("link").first().click();
  await expect(platform.page.getByRole("heading", { level: 1 })).toHaveText("deployment_status created");
  await expect(platform.page.getByRole("region", { name: "Payload" })).toContainText(sha);
  await platform.page.getByRole("button", { name: "Replay" }).click();
  await expect(platform.page.getByRole("main")).toContainText("Replayed");
  await expect(platform.page.getByRole("main")).toContainText("Worked in");
  await page.reload();
  await expect(page.getByRole("table", { name: "Deployments" }).getByRole("row")).toHaveCount(2);
});

test.describe("the door for webhooks", () => {
  const headers = {
    "content-type": "application/json",
    "x-github-event": "ping",
    "x-github-delivery": randomUUID(),
  };
  const post = (address: string, more: Record<string, string>, body = "{}") =>
    sendRaw(address, "/api/webhooks/github", { method: "POST", body, headers: { ...headers, ...more } });

  test("refuses what is not signed, or signed with another secret", async ({ portal }) => {
    expect((await post(portal.address, {})).status).toBe(401);
    expect((await post(portal.address, { "x-hub-signature-256": "sha256=00" })).status).toBe(401);
    expect((await sendWebhook(portal, "ping", { zen: "x" }, { secret: "another" })).status).toBe(401);
  });

  test("refuses forms, and what names no event or GUID", async ({ portal }) => {
    const form = { "content-type": "application/x-www-form-urlencoded" };
    expect((await post(portal.address, form, "payload=%7B%7D")).status).toBe(415);
    expect(
      (await post(portal.address, { "x-hub-signature-256": "sha256=00", "x-github-event": "" })).status,
    ).toBe(400);
    expect(
      (await post(portal.address, { "x-hub-signature-256": "sha256=00", "x-github-delivery": "" })).status,
    ).toBe(400);
  });

  test("takes 24 MB and refuses 26 MB", async ({ portal }) => {
    const padded = (megabytes: number) => ({ zen: "x".repeat(megabytes * 1_000_000) });
    expect((await sendWebhook(portal, "ping", padded(24))).status).toBe(202);
    const refused = await sendWebhook(portal, "ping", padded(26)).catch((error: Error) => error);
    // A sender that does not listen while it writes sees the connection close instead of the answer.
    if (refused instanceof Error) expect(refused.message).toMatch(/EPIPE|ECONNRESET/);
    else expect(refused.status).toBe(413);
    expect((await sendRaw(portal.address, "/api/health/ready")).status).toBe(200);
  });

  test("stores what it cannot use, and says in the log why", async ({ portal, signedIn }) => {
    const { page } = await signedIn("Admin");
    const guid = randomUUID();
    expect((await sendWebhook(portal, "star", { action: "created" }, { guid })).status).toBe(202);
    const log = page.getByRole("table", { name: "Webhooks received" });
    await expect(async () => {
      await page.goto(`/admin/webhooks?query=${guid}`);
      await expect(log).toContainText("Not used", { timeout: 5_000 });
    }).toPass();
    await expect(log).toContainText('Nothing in the portal uses the event "star"');
  });
});
