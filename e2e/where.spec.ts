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

test("a developer finds where a change runs, what changed around the service, and makes a badge of it", async ({
  portal,
  signedIn,
}) => {
  const platform = await signedIn("Platform engineer");
  const name = `where-${randomUUID().slice(0, 8)}`;
  const folder = makeCatalogFolder(portal, name);
  folder.write("catalog-info.yaml", serviceYaml(name));
  await importFolder(platform, folder.path);
  const repository = repositoryPayload(`journeys/${name}`);
  const sha = randomSha();
  const at = new Date(Date.now() - 120_000);
  const deploy = async (environment: string) => {
    const deployment = deploymentPayload({ repository, sha, environment, at });
    await sendWebhook(portal, "deployment", deployment);
    await sendWebhook(
      portal,
      "deployment_status",
      deploymentStatusPayload(deployment, "success", new Date(Date.now() - 60_000)),
    );
  };
  await sendWebhook(portal, "push", pushPayload(repository, sha, "Count each basket once", at));
  await deploy("production-eu");

  const { page } = await signedIn("Developer");
  const places = page.getByRole("table", { name: `Where ${sha.slice(0, 7)} runs` });
  await expect(async () => {
    await page.goto("/delivery/where");
    await page.getByLabel("Commit or pull request").fill(sha.slice(0, 12));
    await page.getByRole("button", { name: "Find" }).click();
    await expect(places).toContainText("production-eu", { timeout: 5_000 });
  }).toPass();
  await expect(places).toContainText("Live");
  await expect(page.getByRole("heading", { name: "Count each basket once" })).toBeVisible();

  await page.goto("/delivery/where?text=0000000");
  await expect(page.getByRole("main")).toContainText("Nothing found");

  await page.goto(`/catalog/component/default/${name}/deployments`);
  const matrix = page.getByRole("table", { name: "Where the newest changes run" });
  await expect(matrix).toContainText("Count each basket once");
  await expect(matrix).toContainText("production-eu");

  await page.getByRole("link", { name: "What changed" }).click();
  await expect(page.getByRole("list", { name: "What changed" })).toContainText(sha.slice(0, 7));

  await page.goto(`/delivery/timeline?ref=component:default/${name}`);
  await expect(page.getByRole("main")).toContainText("Count each basket once");

  await platform.page.goto(`/catalog/component/default/${name}/deployments`);
  await platform.page.getByRole("combobox", { name: "What the badge shows" }).selectOption("last_deployment");
  await platform.page.getByRole("button", { name: "Make a badge" }).click();
  const copy = platform.page.getByRole("button", { name: /Copy the address of the badge/ });
  const address = new URL((await copy.getAttribute("data-copy")) ?? "");
  const badge = await sendRaw(portal.address, address.pathname);
  expect(badge.status).toBe(200);
  expect(badge.text).toContain("<svg");
  expect(badge.text).not.toContain(name);
  await platform.page.getByRole("button", { name: /^Revoke Last deployment/ }).click();
  await platform.page.getByRole("button", { name: "Revoke for good" }).click();
  await expect(platform.page.getByRole("table", { name: "Badges" })).toHaveCount(0);
  expect((await sendRaw(portal.address, address.pathname)).status).toBe(404);
});
