import { randomUUID } from "node:crypto";
import {
  deploymentPayload,
  deploymentStatusPayload,
  randomSha,
  repositoryPayload,
} from "#server/testing/github-payloads.ts";
import { importFolder, makeCatalogFolder, serviceYaml } from "./catalog-folder.ts";
import { expect, type JourneyPortal, type SignedIn, test } from "./journey.ts";
import { sendWebhook } from "./send-webhook.ts";

/** A service of its own, with one deployment that GitHub reported: other journeys read the demo's. */
async function makeDeployed(portal: JourneyPortal, platform: SignedIn) {
  const name = `sourced-${randomUUID().slice(0, 8)}`;
  const folder = makeCatalogFolder(portal, name);
  folder.write("catalog-info.yaml", serviceYaml(name));
  await importFolder(platform, folder.path);
  const repository = repositoryPayload(`journeys/${name}`);
  const at = new Date(Date.now() - 7_200_000);
  const deployment = deploymentPayload({ repository, sha: randomSha(), environment: "production", at });
  await sendWebhook(portal, "deployment", deployment);
  await sendWebhook(portal, "deployment_status", deploymentStatusPayload(deployment, "success", at));
  const entityRef = `component:default/${name}`;
  await expect
    .poll(async () => (await platform.call("delivery.deployments", { entityRef })).data.items.length)
    .toBe(1);
  return { entry: `/catalog/component/default/${name}`, entityRef };
}

test("a pipeline reports a deployment with its token; then its source is tried, compared and saved with a reason", async ({
  signedIn,
  portal,
}) => {
  const platform = await signedIn("Platform engineer");
  const { page, call } = platform;
  const { entry, entityRef } = await makeDeployed(portal, platform);
  const admin = await signedIn("Admin");
  const made = await admin.call(
    "identity.createToken",
    { name: "Pipeline", role: "platform", scopes: ["delivery-write"], days: 1 },
    "mutation",
  );
  const report = async (key: string) => {
    const answer = await fetch(`${portal.address}/api/v1/delivery/deployments`, {
      method: "POST",
      headers: { authorization: `Bearer ${made.data.token}`, "content-type": "application/json" },
      body: JSON.stringify({
        entityRef,
        key,
        status: "succeeded",
        environment: "production",
        sha: "c".repeat(40),
      }),
    });
    return { status: answer.status, body: await answer.json() };
  };
  const first = await report("journey-1");
  expect(first.status).toBe(201);
  expect(first.body.note).toContain("does not count yet");
  expect((await report("journey-1")).status).toBe(200);

  await page.goto(`${entry}/deployments`);
  await expect(page.getByText(/1 deployment of the last 90 days came from another source/)).toBeVisible();
  await page.getByRole("link", { name: "Source of deployments" }).click();
  await expect(page.getByRole("heading", { name: "Where deployments come from" })).toBeVisible();
  const before = (await call("deliverySources.ofService", { entityRef })).data.source;
  await page.getByRole("radio", { name: /^Reported by a call/ }).check();
  const row = page.getByRole("row", { name: /^Reported by a call/ });
  await expect(row.getByRole("cell").nth(1)).toHaveText(/^1/);
  await page.getByRole("button", { name: "Compare old and new figures" }).click();
  const dialog = page.getByRole("dialog", { name: "Old and new figures" });
  await expect(dialog.getByRole("row", { name: /^Deployments to production \d+ 1$/ })).toBeVisible();
  expect((await call("deliverySources.ofService", { entityRef })).data.source).toBe(before);
  await dialog.getByLabel("Why it changes").fill("We deploy with GitLab");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  await expect(
    page.getByRole("row", { name: /^Reported by a call/ }).getByText("Now", { exact: true }),
  ).toBeVisible();

  // The list follows the source: what was reported, and nothing else.
  const table = page.getByRole("table", { name: "Deployments" });
  await expect(async () => {
    await page.goto(`${entry}/deployments`);
    await expect(table).toContainText("ccccccc", { timeout: 5_000 });
  }).toPass();
  await expect(table.getByRole("row")).toHaveCount(2);
  await expect(page.getByText(/^Counted from: Reported by a call/)).toBeVisible();
});

test("a service without a history leads to its source, which developers read with who may choose it", async ({
  portal,
  signedIn,
}) => {
  const platform = await signedIn("Platform engineer");
  const name = `silent-${randomUUID().slice(0, 8)}`;
  const folder = makeCatalogFolder(portal, name);
  folder.write("catalog-info.yaml", serviceYaml(name));
  await importFolder(platform, folder.path);
  const service = `/catalog/component/default/${name}`;
  const title = name.replaceAll("-", " ");
  const who = /^Only maintainers of the owning team and platform engineers can change/;

  const { page } = await signedIn("Developer");
  await page.goto(`${service}/delivery`);
  await expect(page).toHaveTitle(new RegExp(`^Delivery · ${title} · `));
  await expect(page.getByText("This service has no delivery history yet")).toBeVisible();
  await expect(page.getByText(who)).toBeVisible();
  await page.getByRole("link", { name: "Where deployments come from" }).click();
  await expect(page).toHaveTitle(new RegExp(`^Source of deployments · ${title} · `));
  await expect(page.getByText(who)).toBeVisible();
  await expect(page.getByRole("row", { name: /^Workflow runs/ })).toBeVisible();
  await expect(page.getByRole("radio")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Compare old and new figures" })).toHaveCount(0);

  await platform.page.goto(`${service}/delivery`);
  await platform.page.getByRole("link", { name: "Choose where deployments come from" }).click();
  await platform.page.getByRole("radio", { name: /^Workflow runs/ }).check();
  const compare = platform.page.getByRole("button", { name: "Compare old and new figures" });
  await expect(compare).toHaveAttribute("aria-disabled", "true");
  const missing = platform.page.getByRole("paragraph").filter({ hasText: /^Choose the workflow/ });
  await expect(missing).toBeVisible();
  await platform.page.getByRole("textbox", { name: "Workflow" }).fill(".github/workflows/deploy.yml");
  await expect(missing).toBeHidden();
  await compare.click();
  await expect(platform.page.getByRole("dialog", { name: "Old and new figures" })).toBeVisible();
});

test("an incident is reported on the service's page and resolved there", async ({ portal, signedIn }) => {
  const platform = await signedIn("Platform engineer");
  const { page } = platform;
  const { entry } = await makeDeployed(portal, platform);
  await page.goto(`${entry}/deployments`);
  await page.getByRole("button", { name: "Report an incident" }).click();
  const dialog = page.getByRole("dialog", { name: "Report an incident" });
  await dialog.getByLabel("What is wrong").fill("Payments time out");
  await dialog.getByLabel("How bad").selectOption("critical");
  await dialog.getByRole("button", { name: "Report", exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText("Payments time out")).toBeVisible();
  await page.getByRole("button", { name: "Resolve Payments time out" }).click();
  await expect(page.getByText("Resolved", { exact: true })).toBeVisible();
});

test("rules for all services are tried on each of them, opened to the deployments, and then saved", async ({
  signedIn,
}) => {
  // Every service is worked out twice.
  test.slow();
  const { page, call } = await signedIn("Platform engineer");
  await page.goto("/admin/delivery");
  await expect(page.getByRole("heading", { name: "Incidents without a service" })).toBeVisible();
  const before = (await call("deliverySimulations.state")).data.rules;
  await page.getByRole("button", { name: "Add a rule" }).click();
  await page.getByLabel("Pattern 1", { exact: true }).fill("no-such-environment-*");
  await expect(page.getByText("No environment that is known would change.")).toBeVisible();
  await page.getByLabel("Pattern 1", { exact: true }).fill("production");
  await page.getByLabel("What pattern 1 is for").selectOption("staging");
  await expect(page.getByText(/^1 environment with [\d,]+ deployments would change\.$/)).toBeVisible();
  const row = page.getByRole("row", { name: /^production / });
  await expect(row).toContainText("now Production, then Staging");
  await page.getByRole("button", { name: "Try on every service" }).click();

  await expect(page.getByRole("heading", { name: "Old and new rules" })).toBeVisible();
  await expect(page.getByText(/^\d+ of [\d,]+ services change\. Deployments: /)).toBeVisible({
    timeout: 60_000,
  });
  expect((await call("deliverySimulations.state")).data.rules).toEqual(before);
  await page.getByRole("link", { name: "Show only those that change" }).click();
  await expect(page.getByRole("link", { name: "Show all" })).toBeVisible();
  const services = page.getByRole("table", { name: "Services by old and new rules" });
  const first = services.getByRole("button").first();
  const drawer = page.getByRole("dialog", { name: (await first.textContent()) ?? "" });
  await first.click();
  await expect(drawer.getByRole("row", { name: /^Deployments / })).toBeVisible();
  await expect(drawer.getByText("Goes out").first()).toBeVisible();
  await expect(drawer.getByText("production is Staging by the rule production").first()).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(drawer).toBeHidden();
  await expect(first).toBeFocused();
  await page.getByRole("button", { name: "Discard" }).click();
  await expect(page.getByRole("heading", { name: "Incidents without a service" })).toBeVisible();

  // Of weeks only, so that the journeys beside this one see the same deployments.
  await page.getByLabel("Weeks start on").selectOption("Sunday");
  await page.getByRole("button", { name: "Try on every service" }).click();
  await page.getByLabel("Why it changes").fill("Our weeks start on Sunday", { timeout: 60_000 });
  await page.getByRole("button", { name: "Save these rules" }).click();
  await expect(page.getByText("These rules are saved", { exact: true })).toBeVisible();
  expect((await call("delivery.calendar")).data.weekStartsOn).toBe(7);
  const back = { weekStartsOn: before.weekStartsOn, fiscalYearStartsIn: 1 };
  expect((await call("delivery.saveCalendar", back, "mutation")).status).toBe(200);
});
