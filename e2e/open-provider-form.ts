import { expect, type Page } from "@playwright/test";

/** Where the browser came by a sign-in the page may not be alive yet: a press that came too early is made once more. */
export async function openProviderForm(page: Page): Promise<void> {
  const form = page.getByRole("heading", { name: "New provider" });
  await expect(async () => {
    if (!(await form.isVisible())) await page.getByRole("button", { name: "Add a provider" }).click();
    await expect(form).toBeVisible({ timeout: 3_000 });
  }).toPass();
}
