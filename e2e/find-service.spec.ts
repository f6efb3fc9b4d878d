import { expect, test } from "./journey.ts";

test("a service is found by typing, also with a mistake in it, and opened by keyboard", async ({
  signedIn,
}) => {
  const { page } = await signedIn("Developer");
  await page.goto("/");
  await page.keyboard.press("Control+k");
  const palette = page.getByRole("dialog", { name: "Search or jump to" });
  const box = palette.getByRole("combobox");
  await expect(box).toBeFocused();
  await box.fill("chekout");
  await expect(palette.getByRole("option", { name: /^Checkout/i }).first()).toBeVisible();
  await box.press("Enter");
  await expect(page).toHaveURL(/\/catalog\/component\/default\/checkout/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(/checkout/i);
  await expect(page.getByRole("table", { name: "What runs where" })).toContainText("production");
});

test("the catalog narrows while one types, and its address is that of the list", async ({ signedIn }) => {
  const { page } = await signedIn("Developer");
  await page.goto("/catalog");
  const rows = page.getByRole("table", { name: "Catalog" }).getByRole("row");
  await expect(rows.nth(5)).toBeVisible();
  const before = await rows.count();

  await page.keyboard.press("/");
  await expect(page.getByRole("searchbox")).toBeFocused();
  await page.keyboard.type("checkout");
  await expect(page).toHaveURL(/[?&]query=checkout/);
  await expect.poll(() => rows.count()).toBeLessThan(before);
  await expect(rows.nth(1)).toContainText(/checkout/i);

  await page.reload();
  await expect(page.getByRole("searchbox")).toHaveValue("checkout");
  await expect(rows.nth(1)).toContainText(/checkout/i);

  await page.getByRole("searchbox").fill("no such thing anywhere");
  await expect(page.getByText("Nothing matches these filters")).toBeVisible();
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect.poll(() => rows.count()).toBe(before);
});

test("facets narrow the list, count what they would leave, and can be taken away again", async ({
  signedIn,
}) => {
  const { page } = await signedIn("Engineering leader");
  await page.goto("/catalog");
  const filters = page.getByRole("complementary", { name: "Filters" });
  const kind = filters.getByRole("group", { name: "Kind" });
  const api = kind.getByRole("checkbox", { name: /^API/ });
  const count = Number(/(\d+)$/.exec((await api.locator("xpath=ancestor::label").innerText()).trim())?.[1]);
  await api.click();
  await expect(page).toHaveURL(/kind=api/i);
  await expect(page.getByRole("main")).toContainText(new RegExp(`${count} entr(y|ies)`));
  await page.getByRole("button", { name: /^Remove filter Kind/ }).click();
  await expect(page).not.toHaveURL(/kind=/);
});

test("the list can be walked and opened without a mouse, sorted in its header, and taken along as CSV", async ({
  signedIn,
  portal,
}) => {
  const { page } = await signedIn("Developer");
  // Of a kind that no journey beside this one adds to.
  await page.goto("/catalog?kind=API");
  const rows = page.getByRole("table", { name: "Catalog" }).getByRole("row");
  const first = await rows.nth(1).getByRole("link").first().innerText();
  await page.getByRole("link", { name: "Name", exact: true }).click();
  await expect(page.getByRole("columnheader", { name: "Name" })).toHaveAttribute("aria-sort", "descending");
  await expect(rows.nth(1).getByRole("link").first()).not.toHaveText(first);

  await page.getByRole("button", { name: "Download these entries" }).click();
  const href = await page.getByRole("menuitem", { name: "Table as CSV" }).getAttribute("href");
  const answer = await page.request.get(`${portal.address}${href}`);
  expect(answer.headers()["content-type"]).toContain("text/csv");
  const shown = Number(/(\d+) entr/.exec(await page.getByRole("main").innerText())?.[1]);
  expect((await answer.text()).trim().split("\r\n")).toHaveLength(shown + 1);
  await page.keyboard.press("Escape");

  const second = await rows.nth(2).getByRole("link").first().innerText();
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(second);
});
