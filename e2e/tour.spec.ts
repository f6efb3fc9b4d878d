import { expect, test } from "./journey.ts";

test("who comes for the first time is offered a tour of five steps, once", async ({ signedIn }) => {
  const { page } = await signedIn("First day");
  await page.goto("/");
  const tour = page.getByRole("complementary", { name: "Tour" });
  await expect(tour).toContainText("New here?");
  await tour.getByRole("button", { name: "Start the tour" }).click();

  const seen = new Set<string>();
  for (let step = 1; step <= 5; step += 1) {
    await expect(tour).toContainText(`Step ${step} of 5`);
    const title = await tour.getByRole("heading").innerText();
    seen.add(title);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.getByRole("main")).not.toContainText("There is no page");
    if (step < 5) await tour.getByRole("button", { name: "Next" }).click();
  }
  expect(seen.size).toBe(5);
  const remembered = page.waitForResponse(/identity\.finishTour/);
  await tour.getByRole("button", { name: "Finish" }).click();
  await expect(tour).toHaveCount(0);
  expect((await remembered).status()).toBe(200);

  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Home");
  await page.waitForLoadState("networkidle");
  await expect(tour).toHaveCount(0);
});

test("the tour can be taken again from the palette", async ({ signedIn }) => {
  const { page } = await signedIn("Developer");
  await page.goto("/");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill("tour");
  await page.getByRole("option", { name: /tour/i }).click();
  const tour = page.getByRole("complementary", { name: "Tour" });
  await expect(tour).toContainText("Step 1 of 5");
  await tour.getByRole("button", { name: "End the tour" }).click();
  await expect(tour).toHaveCount(0);
});
