import type { Page } from "@playwright/test";
import { expect, test, untilLoaded } from "./journey.ts";

const checkout = "/catalog/component/default/checkout/delivery";

const figure = (page: Page, name: string) => page.getByRole("article", { name, exact: true });

test("delivery of a service: five figures and failed rollouts, each number the length of the list that it opens", async ({
  signedIn,
}) => {
  const { page, call } = await signedIn("Developer");
  await page.goto("/catalog/component/default/checkout");
  await page.getByRole("link", { name: "Delivery", exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`${checkout}$`));
  for (const name of [
    "Deployment frequency",
    "Change lead time",
    "Failed deployment recovery time",
    "Change fail rate",
    "Rework rate",
    "Failed rollouts",
  ])
    await expect(figure(page, name)).toBeVisible();

  const scope = { kind: "service", ref: "component:default/checkout" };
  const { data } = await call("delivery.figures", { scope, days: 90 });
  const { counts, value } = data.figures.frequency;
  expect(counts.deployments).toBeGreaterThan(0);
  expect(value).toBeGreaterThan(0);
  const evidence = await call("delivery.evidence", {
    scope,
    days: 90,
    metric: "frequency",
    part: "deployments",
  });
  expect(evidence.data.total).toBe(counts.deployments);
  await figure(page, "Deployment frequency")
    .getByRole("button", { name: new RegExp(`^${counts.deployments} deployments?\\b`) })
    .click();
  await expect(page.getByRole("dialog")).toContainText(String(counts.deployments));
  await page.keyboard.press("Escape");

  // The rate never stands without its range.
  const { rangeWords } = data.figures.changeFailRate;
  if (rangeWords) await expect(figure(page, "Change fail rate")).toContainText(rangeWords);
});

test("what is shown stands in the address: days, switches and own days, for whoever gets the link", async ({
  signedIn,
}) => {
  const { page } = await signedIn("Team lead");
  await page.goto(checkout);
  await page.getByLabel("Days", { exact: true }).selectOption("28");
  await expect(page).toHaveURL(/\?days=28$/);
  await page.getByLabel("Without changes by bots").click();
  await expect(page).toHaveURL(/\?days=28&bots=false$/);
  await page.reload();
  await expect(page.getByLabel("Without changes by bots")).toBeChecked();
  await expect(page.getByLabel("Days", { exact: true })).toHaveValue("28");

  await page.getByLabel("Days", { exact: true }).selectOption("own");
  await page.getByLabel("First day").fill("2026-03-31");
  await page.getByLabel("Last day").fill("2026-03-01");
  await page.getByRole("button", { name: "Show these days" }).click();
  await expect(page.getByText("The last day lies before the first")).toBeVisible();
  await page.getByLabel("First day").fill("2026-02-01");
  await page.getByRole("button", { name: "Show these days" }).click();
  await expect(page).toHaveURL(/\?from=2026-02-01&to=2026-03-02&bots=false$/);
  await expect(page.getByText("1 Feb 2026 to 1 Mar 2026")).toBeVisible();
});

test("the organisation and a team: services by name, each chart as a table and as a file", async ({
  signedIn,
}) => {
  const { page } = await signedIn("Engineering leader");
  await page.goto("/");
  await page.getByRole("link", { name: "Insights" }).click();
  await untilLoaded(page);
  const names = page.getByRole("table", { name: "Services" }).locator("[data-row-link]");
  const shown = await names.evaluateAll((links) => links.map((link) => link.getAttribute("href")));
  expect(shown.length).toBeGreaterThan(3);
  expect(shown).toEqual([...shown].sort());

  const chart = page.getByRole("figure").filter({ hasText: "Deployments to production, by week" });
  await chart.getByRole("button", { name: /^More for/ }).click();
  await page.getByRole("menuitem", { name: "View as table" }).click();
  const table = chart.getByRole("table");
  await expect(table.getByRole("columnheader", { name: "Something new" })).toBeVisible();
  // One row a week, and the head.
  await expect(table.getByRole("row")).toHaveCount(27);
  await chart.getByRole("button", { name: /^More for/ }).click();
  const file = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: "Download CSV" }).click();
  expect((await file).suggestedFilename()).toMatch(/^delivery-weeks-.*\.csv$/);

  await names.first().click();
  await expect(page).toHaveURL(/\/catalog\/component\/.+\/delivery$/);
  await expect(figure(page, "Change lead time")).toBeVisible();
});

test("ownership of a team is a choice of the page", async ({ signedIn }) => {
  const { page, call } = await signedIn("Developer");
  const { data } = await call("catalog.byRef", { ref: "component:default/checkout" });
  await page.goto(`/catalog/${data.owner.ref.replace(":", "/")}/delivery`);
  await untilLoaded(page);
  await expect(page.getByRole("table", { name: "Services" })).toContainText(/checkout/i);
  await page.getByLabel("Ownership").selectOption("then");
  await expect(page).toHaveURL(/\?ownership=then$/);
  await expect(page.getByRole("article", { name: "Change fail rate", exact: true })).toBeVisible();
});
