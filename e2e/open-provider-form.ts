import { expect, type Page } from "@playwright/test";

/** The page is read before it is alive: a press that came too early is made once more, as a person would. */
export async function openProviderForm(page: Page): Promise<void> {
  const form = page.getByRole("heading", { name: "New provider" });
  await expect(async () => {
    if (!(await form.isVisible())) await page.getByRole("button", { name: "Add a provider" }).click();
    await expect(form).toBeVisible({ timeout: 1_000 });
  }).toPass();
}
