import { expect, signInAs, test } from "./journey.ts";

test("somebody who is not signed in gets to choose one of six people, and nothing else", async ({ page }) => {
  await page.goto("/");
  await expect(page).toHaveURL(/\/sign-in$/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Look around as one of these people");
  await expect(page.getByRole("listitem").getByRole("button")).toHaveCount(6);
  await expect(page.getByRole("navigation")).toHaveCount(0);
});

test("a person signs in, sees what is theirs, and signs out for good", async ({ page }) => {
  await page.goto("/sign-in");
  await signInAs(page, "Developer");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Home");
  const services = page.getByRole("table", { name: "Your team's services" });
  await expect(services.getByRole("row")).not.toHaveCount(1);
  await expect(page.getByText("Demo data")).toBeVisible();

  await page.getByRole("button", { name: /^Account of / }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/sign-in$/);
  await page.goBack();
  await expect(services).toHaveCount(0);
  await page.goto("/catalog");
  await expect(page).toHaveURL(/\/sign-in/);
});

test("sign-in leads to the page that was asked for, and never to another site", async ({ page, portal }) => {
  await page.goto("/catalog?kind=API");
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await signInAs(page, "Team lead");
  await expect(page).toHaveURL(`${portal.address}/catalog?kind=API`);

  await page.getByRole("button", { name: /^Account of / }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/sign-in$/);
  await page.goto("/sign-in?next=//evil.example.com/x");
  await signInAs(page, "Team lead");
  await expect(page).toHaveURL(`${portal.address}/`);
});

for (const [who, mayAdmin] of [
  ["Developer", false],
  ["Team lead", false],
  ["Engineering leader", false],
  ["Platform engineer", true],
  ["Admin", true],
] as const) {
  test(`${who} finds the rooms of that role in the rail`, async ({ signedIn }) => {
    const { page } = await signedIn(who);
    await page.goto("/");
    const places = page.getByRole("navigation", { name: "Places" });
    await expect(places.getByRole("link", { name: "Catalog" })).toBeVisible();
    await expect(places.getByRole("link", { name: "Admin" })).toHaveCount(mayAdmin ? 1 : 0);
  });
}
