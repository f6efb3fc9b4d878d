import { expect, test } from "./journey.ts";

const checkout = "/catalog/component/default/checkout";

test("a tool's link is on a service's page for its annotation, and platform engineers say where the tool is", async ({
  signedIn,
}) => {
  const { page } = await signedIn("Platform engineer");
  await page.goto("/admin/cards");
  await page.getByRole("button", { name: "Add a card" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a card" });
  await dialog.getByLabel("Name", { exact: true }).fill("Journey logs");
  await dialog.getByLabel("Annotation").fill("github.com/project-slug");
  await dialog.getByLabel("Address").fill("https://{value}.example.com");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toContainText(/has to begin with https:\/\/ and a host/);
  await dialog.getByLabel("Address").fill("https://logs.example.com/q/{+value}?service={name}");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("table", { name: "Cards on the pages of entries" })).toContainText(
    "Journey logs",
  );

  const developer = await signedIn("Developer");
  await developer.page.goto(checkout);
  const link = developer.page.getByRole("link", { name: "Journey logs" });
  await expect(link).toHaveAttribute(
    "href",
    /^https:\/\/logs\.example\.com\/q\/[\w.-]+\/[\w.-]+\?service=checkout$/,
  );
  await expect(developer.page.getByRole("link", { name: "GitHub Actions" })).toHaveAttribute(
    "href",
    /^https:\/\/github\.com\/.+\/actions$/,
  );

  await page.getByRole("button", { name: "Change Journey logs" }).click();
  await page.getByRole("button", { name: "Remove" }).click();
  await expect(page.getByRole("table", { name: "Cards on the pages of entries" })).not.toContainText(
    "Journey logs",
  );
});

test("what was found in production has an owner: by repository and path, with the evidence", async ({
  signedIn,
}) => {
  const { page, call } = await signedIn("Developer");
  const { data } = await call("catalog.byRef", { ref: "component:default/checkout" });
  await page.goto("/catalog/whose");
  await page.getByLabel("What you have").fill(`https://github.com/${data.projectSlug}/blob/main/README.md`);
  await page.keyboard.press("Enter");
  const first = page.getByRole("list", { name: "Likeliest first" }).getByRole("listitem").first();
  await expect(first).toContainText(/checkout/i);
  await expect(first).toContainText(`Repository ${data.projectSlug}`);
  await expect(first).toContainText(data.owner.title ?? data.owner.name);
  await page.getByLabel("What you have").fill("nothing-has-this-name");
  await page.getByRole("button", { name: "Find" }).click();
  await expect(page.getByText("Nothing in the catalog names this")).toBeVisible();
  await expect(page).toHaveURL(/text=nothing-has-this-name/);
});

test("a team's page shows what it owns and how that stands, a person's page nothing about the person's work", async ({
  signedIn,
}) => {
  const { page, call } = await signedIn("Developer");
  const failures: string[] = [];
  page.on("pageerror", ({ message }) => failures.push(message));
  const { data } = await call("catalog.byRef", { ref: "component:default/checkout" });
  const [, name] = /\/(.+)$/.exec(data.owner.ref)!;
  await page.goto(`/catalog/group/default/${name}`);
  const owned = page.getByRole("table", { name: "What it owns" });
  await expect(owned).toContainText(/checkout/i);
  await expect(page.getByRole("heading", { name: "Delivery, last 30 days" })).toBeVisible();
  const me = await call("identity.me");
  const [, person] = /\/(.+)$/.exec(me.data.personRef)!;
  await page.goto(`/catalog/user/default/${person}`);
  await expect(page.getByRole("heading", { name: /^Owns/ })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Delivery, last 30 days" })).toHaveCount(0);
  // What is missing when the server renders is asked for again by the browser, and reported there.
  expect(failures).toEqual([]);
});
