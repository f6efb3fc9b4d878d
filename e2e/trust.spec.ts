import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test, untilLoaded } from "./journey.ts";

const entry = "/catalog/component/default/checkout";

async function expectNoViolations(page: Page): Promise<void> {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
  const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`),
  ).toEqual([]);
}

test("a fact tells by keyboard where it is from, and gives the focus back", async ({ signedIn }) => {
  const { page } = await signedIn("Developer");
  await page.goto(entry);
  const mark = page.getByRole("button", { name: "Where “Owner” is from" });
  await mark.focus();
  await page.keyboard.press("Enter");
  const words = page.getByText("From its file");
  await expect(words.filter({ visible: true })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(words.filter({ visible: true })).toHaveCount(0);
  await expect(mark).toBeFocused();
});

test("an owner says that it is still right, adds a link beside the file, and both stand in the history", async ({
  signedIn,
}) => {
  const { page, call } = await signedIn("Team lead");
  const { data } = await call("trust.upkeep");
  const { ref, title } = data.entries[0];
  const href = `/catalog/${ref.replace(":", "/")}`;
  await page.goto(href);
  await page.getByRole("button", { name: "Still right" }).click();
  await expect(page.getByText(/^Confirmed .* by /)).toBeVisible();

  await page.getByRole("button", { name: "Add a link or an annotation" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a link or an annotation" });
  await dialog.getByLabel("Address").fill("javascript:alert(1)");
  await dialog.getByLabel("Title").fill("Night runbook");
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await expect(dialog.getByText("A link has to begin with")).toBeVisible();
  await dialog.getByLabel("Address").fill("https://example.com/night");
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await expect(dialog).toBeHidden();
  const added = page.getByRole("region", { name: "Added in the portal" });
  await expect(added.getByRole("link", { name: "Night runbook" })).toBeVisible();

  await page.goto(`${href}/history`);
  const history = page.getByRole("list", { name: "History" });
  await expect(history.getByText("Still right")).toBeVisible();
  await expect(history.getByText("Link https://example.com/night")).toBeVisible();

  await page.goto(href);
  await added.getByRole("button", { name: "Take back Night runbook" }).click();
  await expect(added.getByRole("link", { name: "Night runbook" })).toBeHidden();
  expect(title).not.toBe("");
});

test("a whole list is confirmed at once", async ({ signedIn }) => {
  const { page } = await signedIn("Team lead");
  await page.goto("/catalog/upkeep");
  const table = page.getByRole("table", { name: /What your teams own/ });
  const rows = table.getByRole("row");
  await expect(rows.nth(1)).toBeVisible();
  // The last one: another journey confirms the first.
  const row = rows.last();
  const href = await row.getByRole("link").first().getAttribute("href");
  await row.getByRole("checkbox", { name: /^Choose / }).check();
  await page.getByRole("button", { name: "Confirm 1" }).click();
  await expect(table.locator(`a[href="${href}"]`)).toHaveCount(0);
});

for (const colorScheme of ["light", "dark"] as const)
  test(`upkeep, truth and history have nothing for axe to find, ${colorScheme}`, async ({
    signedIn,
  }, info) => {
    const { page } = await signedIn("Engineering leader", { colorScheme, reducedMotion: "reduce" });
    for (const [name, path] of [
      ["entry", entry],
      ["history", `${entry}/history`],
      ["upkeep", "/catalog/upkeep"],
      ["truth", "/catalog/truth"],
    ] as const)
      for (const width of [1440, 390]) {
        await page.setViewportSize({ width, height: 900 });
        await page.goto(path);
        await untilLoaded(page);
        await page.screenshot({ path: info.outputPath(`${name}-${width}.png`), fullPage: true });
        await test.step(`${name} ${width}`, () => expectNoViolations(page));
      }
  });
