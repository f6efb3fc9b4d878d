import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "./journey.ts";

const dependencies = "/catalog/component/default/checkout/dependencies";
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

test("the graph is walked along its relations with arrow keys, and Enter goes on from there", async ({
  signedIn,
}) => {
  const { page } = await signedIn("Developer");
  await page.goto(dependencies);
  const graph = page.getByRole("region", { name: "Graph" });
  const root = graph.getByRole("link", { name: /^Checkout, Component/ });
  await expect(root).toBeVisible();
  // The only one of all entries that Tab reaches.
  await expect(graph.locator("[data-node][tabindex='0']")).toHaveCount(1);
  await root.focus();
  await page.keyboard.press("ArrowRight");
  const needed = page.locator("[data-node]:focus");
  await expect(needed).not.toHaveAttribute("aria-label", /^Checkout,/);
  await expect(needed).toHaveAttribute("aria-label", /needs \d+, needed by [1-9]/);
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Home");
  await expect(root).toBeFocused();
  await page.keyboard.press("+");
  await page.keyboard.press("0");
  await page.keyboard.press("ArrowRight");
  const label = (await needed.getAttribute("aria-label"))?.split(",")[0] ?? "";
  await page.keyboard.press("Enter");
  await expect(page).not.toHaveURL(new RegExp(`${dependencies}$`));
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(label);
});

test("filters narrow it, and the table says the same as the drawing", async ({ signedIn, portal }) => {
  const { page, context } = await signedIn("Developer");
  await page.goto(dependencies);
  const nodes = page.locator("[data-node]");
  await expect(nodes.first()).toBeVisible();
  const before = await nodes.count();
  await page.getByRole("combobox", { name: "Depth" }).selectOption("1");
  await expect(page).toHaveURL(/depth=1/);
  await expect.poll(() => nodes.count()).toBeLessThan(before);
  await page.getByRole("checkbox", { name: "is part of" }).click();
  await expect(page).toHaveURL(/relation=dependsOn/);
  await page.getByRole("link", { name: "Table", exact: true }).click();
  const rows = page.getByRole("table", { name: "Entries" }).getByRole("row");
  await expect(rows.nth(1)).toBeVisible();
  const count = (await rows.count()) - 1;
  const href = await page.getByRole("link", { name: "CSV" }).getAttribute("href");
  const csv = await (await context.request.get(`${portal.address}${href}`)).text();
  const relations = page.getByRole("table", { name: "Relations" }).getByRole("row");
  expect(csv.trim().split("\r\n").length).toBe(await relations.count());
  await page.getByRole("link", { name: "Graph", exact: true }).click();
  await expect.poll(() => nodes.count()).toBe(count);
});

test("what breaks stands by owner, each with the way there", async ({ signedIn }) => {
  const { page, call } = await signedIn("Developer");
  await page.goto("/catalog/resource/default/checkout-db/dependencies?view=breaks");
  const { data } = await call("graph.impact", { ref: "resource:default/checkout-db", direction: "breaks" });
  expect(data.total).toBeGreaterThan(2);
  await expect(page.getByText(`${data.total} entries of ${data.owners.length} owners break.`)).toBeVisible();
  await expect(page.getByText(/^checkout-db → checkout → checkout-api/).first()).toBeVisible();
});

test("a graph begins at any entry, and says so when there is none", async ({ signedIn }) => {
  const { page } = await signedIn("Developer");
  await page.goto("/catalog/graph");
  await page.getByRole("textbox", { name: "Where the graph begins" }).fill("component:nothing-like-it");
  await page.getByRole("button", { name: "Show the graph" }).click();
  await expect(page.getByText("The catalog has no entry component:nothing-like-it")).toBeVisible();
  await page.getByRole("region", { name: "Systems" }).getByRole("link").first().click();
  await expect(page.getByRole("region", { name: "Graph" }).locator("[data-node]").first()).toBeVisible();
});

for (const colorScheme of ["light", "dark"] as const)
  test(`drawing, table and lists have nothing for axe to find, ${colorScheme}`, async ({
    signedIn,
  }, info) => {
    const { page } = await signedIn("Developer", { colorScheme, reducedMotion: "reduce" });
    for (const view of ["graph", "table", "breaks"])
      for (const width of [1440, 390])
        await test.step(`${view}, ${width}`, async () => {
          await page.setViewportSize({ width, height: 900 });
          await page.goto(`${dependencies}?view=${view}`);
          if (view === "graph") await expect(page.locator("[data-node]").first()).toBeVisible();
          await page.screenshot({ path: info.outputPath(`${view}-${width}.png`) });
          const { scrollWidth, clientWidth } = await page.evaluate(() => ({
            scrollWidth: document.documentElement.scrollWidth,
            clientWidth: document.documentElement.clientWidth,
          }));
          expect(scrollWidth).toBe(clientWidth);
          const { violations } = await new AxeBuilder({ page }).withTags(rules).analyze();
          expect(
            violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`)),
          ).toEqual([]);
        });
  });
