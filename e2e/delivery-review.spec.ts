import { randomUUID } from "node:crypto";
import {
  deploymentPayload,
  deploymentStatusPayload,
  randomSha,
  repositoryPayload,
} from "#server/testing/github-payloads.ts";
import { importFolder, makeCatalogFolder, serviceYaml } from "./catalog-folder.ts";
import { expect, type JourneyPortal, type SignedIn, test, untilLoaded } from "./journey.ts";
import { sendWebhook } from "./send-webhook.ts";

/** A service with one deployment, and an incident soon after it that names nothing. */
async function makeSuspect(portal: JourneyPortal, platform: SignedIn) {
  const name = `suspect-${randomUUID().slice(0, 8)}`;
  const folder = makeCatalogFolder(portal, name);
  folder.write("catalog-info.yaml", serviceYaml(name));
  await importFolder(platform, folder.path);
  const repository = repositoryPayload(`journeys/${name}`);
  const sha = randomSha();
  const hour = 3_600_000;
  const at = (hoursAgo: number) => new Date(Date.now() - hoursAgo * hour);
  const deployment = deploymentPayload({ repository, sha, environment: "production", at: at(4) });
  const moment = at(2).toISOString();
  const issue = {
    number: 7,
    title: "Checkout is slow",
    body: "Since an hour ago",
    labels: [{ name: "incident" }],
    created_at: moment,
    updated_at: moment,
    closed_at: null,
  };
  await sendWebhook(portal, "deployment", deployment);
  await sendWebhook(portal, "deployment_status", deploymentStatusPayload(deployment, "success", at(3)));
  await sendWebhook(portal, "issues", { action: "opened", issue, repository });
  const ref = `component:default/${name}`;
  await expect
    .poll(async () => (await platform.call("delivery.reviewCount", { service: ref })).data.suggestions)
    .toBe(1);
  return { name, ref, sha };
}

test("a suggested failure waits for its team, and one press settles it", async ({ portal, signedIn }) => {
  const platform = await signedIn("Platform engineer");
  const { ref, sha } = await makeSuspect(portal, platform);
  const address = `/insights/review?of=${encodeURIComponent(ref)}`;

  const developer = await signedIn("Developer");
  await developer.page.goto(address);
  const refused = developer.page.getByRole("button", { name: /^Confirm/ });
  await expect(refused).toHaveAttribute("aria-disabled", "true");

  const { page } = await signedIn("Engineering leader");
  await page.goto(address);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Failures to review");
  const row = page.getByRole("list", { name: "Suggested failures" }).getByRole("listitem");
  await expect(row).toContainText("Checkout is slow");
  await expect(row).toContainText(sha.slice(0, 7));
  await untilLoaded(page);
  // By the keyboard alone: j goes to the row, y confirms it.
  await page.keyboard.press("j");
  await expect(row.getByRole("link").first()).toBeFocused();
  await page.keyboard.press("y");
  await expect(page.getByText("Nothing to review")).toBeVisible();
  const count = await platform.call("delivery.reviewCount", { service: ref });
  expect(count.data.suggestions).toBe(0);
});

test("a number opens to its rows; one of them is excluded with a reason, and the number follows", async ({
  portal,
  signedIn,
}) => {
  const { name, sha } = await makeSuspect(portal, await signedIn("Platform engineer"));
  const { page } = await signedIn("Engineering leader");
  await page.goto(`/catalog/component/default/${name}/delivery`);
  await untilLoaded(page);
  const tile = page.getByRole("article", { name: "Deployment frequency", exact: true });
  await tile.getByRole("button", { name: /^1 deployment\b/ }).click();
  const drawer = page.getByRole("dialog");
  await expect(drawer).toContainText("1 row: exactly what the number counts");
  await drawer.getByRole("button", { name: new RegExp(sha.slice(0, 7)) }).click();
  await expect(drawer).toContainText("Checkout is slow");
  await expect(drawer.getByRole("heading", { name: "Rules in force" })).toBeVisible();
  await drawer.getByRole("button", { name: "Exclude", exact: true }).click();
  await expect(drawer.getByLabel("Why is it excluded?")).toBeFocused();
  await expect(drawer.getByRole("button", { name: "Exclude", exact: true })).toBeInViewport({ ratio: 1 });
  // Closed without a word, the focus is where it was.
  await drawer.getByRole("button", { name: "Cancel" }).click();
  await expect(drawer.getByRole("button", { name: "Exclude", exact: true })).toBeFocused();
  await page.keyboard.press("Enter");
  await drawer.getByLabel("Why is it excluded?").fill("A drill");
  await drawer.getByRole("button", { name: "Exclude", exact: true }).click();
  await expect(drawer).toContainText("0 rows");
  await page.keyboard.press("Escape");

  await tile.getByRole("button", { name: /^1 excluded by the team\b/ }).click();
  await drawer.getByRole("button", { name: new RegExp(sha.slice(0, 7)) }).click();
  await expect(drawer).toContainText("A drill");
  await expect(drawer).toContainText("Excluded by");
});

test("who disputes a row marks the figure, which opens what is disputed until it is settled", async ({
  portal,
  signedIn,
}) => {
  const { name, sha } = await makeSuspect(portal, await signedIn("Platform engineer"));
  const address = `/catalog/component/default/${name}/delivery`;
  const { page } = await signedIn("Developer");
  await page.goto(address);
  await untilLoaded(page);
  const tile = page.getByRole("article", { name: "Deployment frequency", exact: true });
  await tile.getByRole("button", { name: /^1 deployment\b/ }).click();
  const drawer = page.getByRole("dialog");
  await drawer.getByRole("button", { name: new RegExp(sha.slice(0, 7)) }).click();
  await drawer.getByRole("button", { name: "Dispute" }).click();
  await drawer.getByLabel("What is wrong?").fill("It was another service");
  await drawer.getByRole("button", { name: "Dispute" }).click();
  await expect(drawer.getByRole("button", { name: "Settle the dispute" })).toBeVisible();
  await page.keyboard.press("Escape");
  await tile.getByRole("button", { name: /^1 disputed\b/ }).click();
  await expect(drawer).toContainText("1 row: exactly what the number counts");
  await drawer.getByRole("button", { name: new RegExp(sha.slice(0, 7)) }).click();
  await drawer.getByRole("button", { name: "Settle the dispute" }).click();
  await drawer.getByLabel("What came of it?").fill("It was this one after all");
  await drawer.getByRole("button", { name: "Settle the dispute" }).click();
  await expect(drawer).toContainText("0 rows");
  await page.reload();
  await untilLoaded(page);
  await expect(tile.getByRole("button", { name: /disputed/ })).toHaveCount(0);
});
