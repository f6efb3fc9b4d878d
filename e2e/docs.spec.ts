import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "./journey.ts";

const docs = "/catalog/component/default/checkout/docs";

test("a page is found, read and left by keyboard", async ({ signedIn }) => {
  const { page } = await signedIn("Developer");
  await page.goto("/docs");
  const list = page.getByRole("table", { name: "Documentation" });
  await expect(list.getByRole("row").nth(1)).toContainText("Yours");
  await list.getByRole("link", { name: "Checkout", exact: true }).first().focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(docs);
  const article = page.getByRole("article");
  await expect(article.getByRole("heading", { name: "Checkout", exact: false }).first()).toBeVisible();

  const pages = page.getByRole("navigation", { name: "Pages" });
  await expect(pages.getByRole("link", { name: "Overview" })).toHaveAttribute("aria-current", "page");
  await pages.getByRole("link", { name: "Runbook" }).focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`${docs}/runbook`);
  await expect(article).toContainText("Do not empty the queue");

  await article.getByRole("group").filter({ hasText: "How to find one order" }).locator("summary").focus();
  await page.keyboard.press("Enter");
  await expect(article.getByText("The same number stands in the customer's mail")).toBeVisible();
  await page.getByRole("link", { name: /^Next: Configuration/ }).focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`${docs}/configuration`);
  await article.getByRole("link", { name: "first page" }).focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`${docs}#what-it-promises`);
});

test("tabs are chosen by arrows, and a diagram is drawn with its text beside it", async ({ signedIn }) => {
  const { page } = await signedIn("Developer");
  await page.goto(docs);
  const tabs = page.getByRole("tablist", { name: "Alternatives" });
  await tabs.getByRole("tab", { name: "curl" }).focus();
  await page.keyboard.press("ArrowRight");
  await expect(tabs.getByRole("tab", { name: "TypeScript" })).toBeFocused();
  await expect(page.getByRole("tabpanel", { name: "TypeScript" })).toBeVisible();
  await expect(page.getByText("Place an order")).toBeHidden();
  const drawing = page.getByRole("img", { name: "How an order is paid" });
  await expect(drawing).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText("Diagram as text")).toBeVisible();
});

test("searching leads to the heading that says it", async ({ signedIn }) => {
  const { page } = await signedIn("Developer");
  await page.goto(docs);
  await page.getByRole("searchbox", { name: "Search this documentation" }).fill("reservations released");
  const found = page.getByRole("list", { name: "Found in this documentation" });
  await expect(found.locator("mark").first()).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`${docs}/runbook#`));
  await expect(found).toBeHidden();

  await page.goto("/docs?query=outbox");
  await expect(
    page.getByRole("list", { name: "Pages that say this" }).getByRole("link").first(),
  ).toHaveAttribute("href", /decisions\/001-one-write/);
});

test("readers say whether a page was useful, and change their mind; owners see it", async ({ signedIn }) => {
  const { page } = await signedIn("Developer");
  await page.goto(`${docs}/configuration`);
  const vote = page.getByRole("region", { name: "Was this useful?" });
  await vote.getByRole("button", { name: "Yes" }).click();
  await expect(vote.getByRole("button", { name: "Yes" })).toHaveAttribute("aria-pressed", "true");
  await vote.getByRole("button", { name: "No" }).click();
  await expect(vote.getByText("You said no.")).toBeVisible();
  await vote.getByLabel("What would make it better?").fill("An example for each setting");
  await vote.getByRole("button", { name: "Send" }).click();
  await expect(vote.getByRole("button", { name: "Send" })).toBeHidden();
  await page.reload();
  await expect(vote.getByRole("button", { name: "No" })).toHaveAttribute("aria-pressed", "true");
  await page.getByRole("link", { name: "What readers say" }).click();
  await expect(page.getByRole("main")).toContainText("An example for each setting");
});

test("a link that leads nowhere stands in the list and in the report", async ({ signedIn }) => {
  const { page } = await signedIn("Developer");
  await page.goto("/docs");
  await page
    .getByRole("row", { name: /Payments/ })
    .getByRole("link", { name: /1 broken/ })
    .click();
  await expect(page.getByRole("table", { name: "What leads nowhere" })).toContainText("legacy-ledger.md");
});

for (const colorScheme of ["light", "dark"] as const)
  test(`long pages have nothing for axe to find, ${colorScheme}`, async ({ signedIn }) => {
    const { page } = await signedIn("Developer", { colorScheme, reducedMotion: "reduce" });
    for (const path of ["/runbook", "/configuration", "/decisions/001-one-write", "?show=report"]) {
      for (const width of [1440, 390]) {
        await page.setViewportSize({ width, height: 900 });
        await page.goto(`${docs}${path}`);
        await expect(page.getByRole("main")).toContainText("As of");
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.target.join(" ")}`)).toEqual([]);
      }
    }
  });
