import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { pages } from "#server/testing/surface.ts";
import { expect, test, untilLoaded } from "./journey.ts";
import { addressOf } from "./page-addresses.ts";

const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

async function expectNoViolations(page: Page): Promise<void> {
  const { violations, passes } = await new AxeBuilder({ page }).withTags(rules).analyze();
  expect(passes.length).toBeGreaterThan(5);
  const words = violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(" ")}: ${node.failureSummary}`),
  );
  expect(words).toEqual([]);
}

async function expectToFit(page: Page): Promise<void> {
  const { scrollWidth, clientWidth } = await page.evaluate(() => ({
    scrollWidth: document.documentElement.scrollWidth,
    clientWidth: document.documentElement.clientWidth,
  }));
  expect(scrollWidth).toBe(clientWidth);
}

for (const [path, access] of Object.entries(pages))
  for (const colorScheme of ["light", "dark"] as const)
    test(`${path} has nothing for axe to find and fits into narrow windows, ${colorScheme}`, async ({
      page: visitor,
      signedIn,
    }, info) => {
      const options = { colorScheme, reducedMotion: "reduce" as const };
      const admin = await signedIn("Admin", options);
      const address = await addressOf(path, admin);
      const page = access === "anyone" ? visitor : admin.page;
      await page.emulateMedia(options);
      for (const width of [1440, 390, 360])
        await test.step(`${width} px`, async () => {
          await page.setViewportSize({ width, height: 900 });
          await page.goto(address);
          await untilLoaded(page);
          await expectToFit(page);
          if (width === 360) return;
          await page.screenshot({ path: info.outputPath(`${width}.png`) });
          await expectNoViolations(page);
        });
    });

for (const colorScheme of ["light", "dark"] as const) {
  test(`what opens over a page and its states have nothing for axe to find, ${colorScheme}`, async ({
    signedIn,
  }, info) => {
    const options = { colorScheme, reducedMotion: "reduce" as const };
    const { page } = await signedIn("Admin", options);
    const developer = await signedIn("Developer", options);
    const steps: [string, Page, () => Promise<unknown>][] = [
      ["nothing-left", page, () => page.goto("/catalog?query=no+such+thing+anywhere")],
      ["palette", page, () => page.keyboard.press("Control+k")],
      [
        "help",
        page,
        async () => [await page.goto("/account"), await untilLoaded(page), await page.keyboard.press("?")],
      ],
      [
        "token",
        page,
        async () => [
          await page.goto("/admin/tokens"),
          await page.getByRole("button", { name: "New token" }).click(),
        ],
      ],
      [
        "inbox",
        page,
        async () => [await page.goto("/"), await page.getByRole("button", { name: /^Inbox/ }).click()],
      ],
      ["no-such-entry", page, () => page.goto("/catalog/component/default/no-such-service")],
      ["no-such-page", page, () => page.goto("/no-such-page")],
      ["no-access", developer.page, () => developer.page.goto("/admin/audit")],
    ];
    for (const [name, shown, open] of steps) {
      await open();
      await untilLoaded(shown);
      if (["palette", "help", "token"].includes(name)) await expect(shown.getByRole("dialog")).toBeVisible();
      await shown.screenshot({ path: info.outputPath(`${name}.png`) });
      await test.step(name, () => expectNoViolations(shown));
    }
  });
}
