import type { Page } from "@playwright/test";
import { expect, test, untilLoaded } from "./journey.ts";

/** Where the focus is, and whether a person can see it: an outline, a ring or a changed border, inside the window. */
function readFocus(page: Page) {
  return page.evaluate(() => {
    const element = document.activeElement as HTMLElement | null;
    if (!element || element === document.body) return null;
    const marked = (node: Element, pseudo?: string) => {
      const style = getComputedStyle(node, pseudo);
      const hasOutline = style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) > 0;
      return hasOutline || /(\d+px){1}.*\d/.test(style.boxShadow === "none" ? "" : style.boxShadow);
    };
    const holder = element.closest("search, [cmdk-root]");
    const isMarked = marked(element) || marked(element, "::after") || (holder !== null && marked(holder));
    const box = element.getBoundingClientRect();
    const isInside =
      box.width > 0 &&
      box.height > 0 &&
      box.bottom > 0 &&
      box.top < innerHeight &&
      box.right > 0 &&
      box.left < innerWidth;
    const name = element.getAttribute("aria-label") ?? element.innerText?.slice(0, 40) ?? "";
    return { name: `${element.tagName.toLowerCase()} "${name}"`, isMarked, isInside };
  });
}

for (const path of [
  "/",
  "/catalog",
  "/catalog/component/default/checkout",
  "/catalog/import",
  "/account",
  "/admin/webhooks",
]) {
  test(`${path} can be walked with Tab: skip link first, and the focus is always to be seen`, async ({
    signedIn,
  }) => {
    const { page } = await signedIn("Admin");
    await page.goto(path);
    await untilLoaded(page);
    // A field that takes the focus itself would begin the walk in the middle.
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.keyboard.press("Tab");
    const skip = page.getByRole("link", { name: "Skip to content" });
    if (path !== "/catalog/import") {
      await expect(skip).toBeFocused();
      await expect(skip).toBeInViewport();
    }
    const unseen: string[] = [];
    const names = new Set<string>();
    for (let presses = 0; presses < 40; presses += 1) {
      const focus = await readFocus(page);
      if (focus) {
        names.add(focus.name);
        if (!focus.isMarked || !focus.isInside)
          unseen.push(`${focus.name}: ${focus.isMarked ? "outside the window" : "not marked"}`);
      }
      await page.keyboard.press("Tab");
    }
    expect(names.size).toBeGreaterThan(8);
    expect(unseen).toEqual([]);
  });
}

test("the skip link leads into the page's content", async ({ signedIn }) => {
  const { page } = await signedIn("Developer");
  await page.goto("/catalog");
  await untilLoaded(page);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
});

test("keys lead everywhere: g c, /, ? and Escape", async ({ signedIn }) => {
  const { page } = await signedIn("Developer");
  await page.goto("/");
  await untilLoaded(page);
  await page.keyboard.press("g");
  await page.keyboard.press("c");
  await expect(page).toHaveURL(/\/catalog$/);
  await untilLoaded(page);
  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(help).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(help).toHaveCount(0);
});

test("the palette opens, answers to arrows, closes with Escape and gives the focus back", async ({
  signedIn,
}) => {
  const { page } = await signedIn("Developer");
  await page.goto("/");
  await untilLoaded(page);
  const opener = page.getByRole("button", { name: /^Search or jump to/ });
  await opener.focus();
  await page.keyboard.press("Enter");
  const palette = page.getByRole("dialog", { name: "Search or jump to" });
  await expect(palette.getByRole("combobox")).toBeFocused();
  const chosen = palette.getByRole("option", { selected: true });
  const first = await chosen.innerText();
  await page.keyboard.press("ArrowDown");
  await expect(chosen).not.toHaveText(first);
  await page.keyboard.press("Escape");
  await expect(palette).toHaveCount(0);
  await expect(opener).toBeFocused();

  await page.keyboard.press("Control+k");
  await palette.getByRole("combobox").fill("Catalog");
  await palette.getByRole("option", { name: "Catalog", exact: true }).click();
  await expect(page).toHaveURL(/\/catalog$/);
});
