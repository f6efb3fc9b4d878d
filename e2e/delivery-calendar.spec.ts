import { expect, test } from "./journey.ts";

test("a freeze is written into the calendar, changed by nobody who mistypes, and taken out again", async ({
  signedIn,
}) => {
  const { page } = await signedIn("Platform engineer");
  await page.goto("/admin/delivery");
  await expect(page.getByRole("heading", { name: "Calendar" })).toBeVisible();
  await page.getByRole("button", { name: "Add days" }).click();
  const dialog = page.getByRole("dialog", { name: "Add days" });
  await dialog.getByLabel("What they are").selectOption("Deployment freeze");
  await dialog.getByLabel("Name").fill("Freeze of the journey");
  await dialog.getByLabel("First day").fill("2031-12-24");
  await dialog.getByLabel("Last day").fill("2031-12-20");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByText("The last day is before the first")).toBeVisible();
  await dialog.getByLabel("Last day").fill("2032-01-02");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  const row = page.getByRole("row", { name: /Freeze of the journey/ });
  await expect(row).toContainText("24 Dec 2031");
  await page.getByRole("button", { name: "Change Freeze of the journey" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(row).toBeHidden();
});

test("the timeline and where a change runs are found by name, and belong to Insights", async ({
  signedIn,
}) => {
  const { page } = await signedIn("Developer");
  await page.goto("/");
  await page.keyboard.press("ControlOrMeta+k");
  await page.getByRole("dialog").getByRole("combobox").fill("timeline");
  await page.getByRole("option", { name: "Timeline of deployments" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Timeline of deployments");
  await page.getByLabel("Team, system or service").fill("Checkout");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await expect(page).toHaveTitle(/^Timeline of checkout · /);
  await expect(page.getByLabel("Team, system or service")).toHaveValue("group:default/checkout");
  const places = page.getByRole("navigation", { name: "Places" });
  await expect(places.getByRole("link", { name: "Insights" })).toHaveAttribute("aria-current", "page");
  const tabs = page.getByRole("navigation", { name: "Insights" });
  await tabs.getByRole("link", { name: "Is my change live?" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Is my change live?");
  await expect(tabs.getByRole("link", { name: "Is my change live?" })).toHaveAttribute(
    "aria-current",
    "page",
  );
});
