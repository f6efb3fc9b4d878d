import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test, untilLoaded } from "./journey.ts";

const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const violations = async (page: Page) =>
  (await new AxeBuilder({ page }).withTags(rules).analyze()).violations.map(({ id }) => id);

const paletteOf = (page: Page) => page.getByRole("dialog", { name: "Search or jump to" });

for (const colorScheme of ["light", "dark"] as const)
  test(`the palette and the page of results, by keyboard alone, have nothing for axe to find, ${colorScheme}`, async ({
    signedIn,
  }) => {
    const { page } = await signedIn("Developer", { colorScheme, reducedMotion: "reduce" });
    await page.goto("/");
    await untilLoaded(page);
    await page.keyboard.press("Control+k");
    const palette = paletteOf(page);
    await expect(palette.getByRole("combobox")).toBeFocused();
    await page.keyboard.type("chekout");
    await expect(palette.getByText(/^Nothing is called “chekout”. For “checkout”/)).toBeVisible();
    await expect(palette.getByRole("group", { name: "Services and entries" })).toBeVisible();
    expect(await violations(page)).toEqual([]);

    const all = palette.getByRole("option", { name: /^See all of/ });
    for (let step = 0; step < 25 && (await all.getAttribute("aria-selected")) !== "true"; step += 1)
      await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/\/search\?q=chekout$/);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Search");
    const results = page.getByRole("list", { name: "Results, the best first" }).getByRole("listitem");
    await expect(results.first()).toContainText(/checkout/i);
    expect(await violations(page)).toEqual([]);

    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/\/catalog\/component\/default\/checkout/);
    // What was opened is offered the next time, before anything is typed.
    await untilLoaded(page);
    await page.keyboard.press("Control+k");
    await expect(palette.getByRole("group", { name: "Opened last" })).toContainText(/checkout/i);
  });

test("results narrow by kind and group, and the address holds them", async ({ signedIn }) => {
  const { page } = await signedIn("Developer");
  await page.goto("/search?q=checkout");
  const count = page.getByRole("main").getByText(/^\d+ results?$/);
  await expect(count).toBeVisible();
  const results = page.getByRole("list", { name: "Results, the best first" }).getByRole("listitem");
  const before = await results.count();
  const kinds = page.getByRole("complementary", { name: "Filters" }).getByRole("group", { name: "Kind" });
  await kinds.getByRole("checkbox", { name: /^Group/ }).click();
  await expect(page).toHaveURL(/kind=group/);
  await expect.poll(() => results.count()).toBeLessThan(before);
  await page.getByRole("link", { name: /^People and teams/ }).click();
  await expect(page).toHaveURL(/in=people/);
  await expect(page).not.toHaveURL(/kind=/);
  await expect(results.first()).toBeVisible();
});

test("what is looked for in vain reaches the platform team, whose synonym answers it", async ({
  signedIn,
}) => {
  const { page } = await signedIn("Developer");
  await page.goto("/search?q=moneybox+thing");
  await expect(page.getByText("Nothing fits “moneybox thing”")).toBeVisible();
  await expect(page.getByRole("link", { name: "Whose is this?" })).toHaveAttribute("href", /text=moneybox/);
  const platform = await signedIn("Platform engineer");
  await expect(async () => {
    await platform.page.goto("/admin/searches");
    await expect(platform.page.getByRole("link", { name: "moneybox thing" })).toBeVisible({ timeout: 5_000 });
  }).toPass();
  await platform.page.getByRole("button", { name: "Add a synonym for moneybox thing" }).click();
  const dialog = platform.page.getByRole("dialog", { name: "Add synonyms" });
  await dialog.getByLabel("It is called").fill("checkout");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(platform.page.getByRole("link", { name: "moneybox thing" })).toHaveCount(0);

  await page.reload();
  const results = page.getByRole("list", { name: "Results, the best first" });
  await expect(results.getByRole("listitem").first()).toContainText(/checkout/i);
  await platform.page.getByRole("button", { name: "Remove moneybox thing, checkout" }).click();
  await expect(platform.page.getByText("None yet.")).toBeVisible();
});
