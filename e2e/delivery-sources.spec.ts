import { expect, test } from "./journey.ts";

const entry = "/catalog/component/default/checkout";
const entityRef = "component:default/checkout";

test("a pipeline reports a deployment with its token; then its source is tried, compared and saved with a reason", async ({
  signedIn,
  portal,
}) => {
  const { page, call } = await signedIn("Platform engineer");
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
  await page.getByRole("link", { name: "Source", exact: true }).last().click();
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

  // As it was, for the journeys beside this one.
  const { data } = await call("deliverySources.ofService", { entityRef });
  const back = { entityRef, source: before, settings: {}, pathGlobs: [], rulesVersion: data.rulesVersion };
  expect((await call("deliverySources.save", { ...back, reason: "As before" }, "mutation")).status).toBe(200);
});

test("an incident is reported on the service's page and resolved there", async ({ signedIn }) => {
  const { page } = await signedIn("Platform engineer");
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

test("environments get their tier by a rule, with what it would change before it is saved", async ({
  signedIn,
}) => {
  const { page, call } = await signedIn("Platform engineer");
  await page.goto("/admin/delivery");
  await expect(page.getByRole("heading", { name: "Incidents without a service" })).toBeVisible();
  await page.getByRole("button", { name: "Add a rule" }).click();
  await page.getByLabel("Pattern 1", { exact: true }).fill("no-such-environment-*");
  await expect(page.getByText("No environment that is known would change.")).toBeVisible();
  await page.getByLabel("Why it changes").fill("A journey");
  await page.getByRole("button", { name: "Save rules" }).click();
  await expect(page.getByRole("button", { name: "Save rules" })).toBeHidden();
  const { data } = await call("deliverySources.tiers");
  expect(data.rules).toEqual([{ pattern: "no-such-environment-*", tier: "production" }]);
  await call("deliverySources.saveTiers", { rules: [], reason: "As before" }, "mutation");
});
