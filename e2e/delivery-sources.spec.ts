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
  await expect(page.getByText(/1 deployment of the last 90 days came from another source/)).toBeVisible();
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

  // The list follows the source: what was reported, and nothing else.
  const table = page.getByRole("table", { name: "Deployments" });
  await expect(async () => {
    await page.goto(`${entry}/deployments`);
    await expect(table.getByRole("row")).toHaveCount(2, { timeout: 1_000 });
  }).toPass();
  await expect(table).toContainText("ccccccc");
  await expect(page.getByText(/^Counted from: Reported by a call/)).toBeVisible();

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
