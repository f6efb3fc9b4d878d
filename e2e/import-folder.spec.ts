import { randomUUID } from "node:crypto";
import { makeCatalogFolder, serviceYaml } from "./catalog-folder.ts";
import { expect, test } from "./journey.ts";

test("a platform engineer imports a folder, sees what is in it and what is wrong, and imports it again", async ({
  portal,
  signedIn,
}) => {
  const { page } = await signedIn("Platform engineer");
  const name = `import-${randomUUID().slice(0, 8)}`;
  const folder = makeCatalogFolder(portal, name);
  folder.write(
    "one/catalog-info.yaml",
    serviceYaml(`${name}-one`, "  dependsOn: [resource:default/not-there]\n"),
  );
  folder.write("two/catalog-info.yaml", `${serviceYaml(`${name}-two`)}---\nkind: Component\n  metadata: [\n`);

  await page.goto("/catalog");
  await page.getByRole("link", { name: "Import files" }).click();
  await page.getByLabel("Folder or address").fill(folder.path);
  await page.getByRole("button", { name: "Import files" }).click();

  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
  const main = page.getByRole("main");
  await expect(main).toContainText("Imported");
  await expect(main).toContainText(/New2Changed0The same0File is gone0/);
  // The good document beside the broken one came in; the problem names file and line.
  await expect(main).toContainText(/two\/catalog-info\.yaml:\d+/);

  await page.goto(`/catalog/component/default/${name}-one/relations`);
  await expect(main.getByRole("listitem").filter({ hasText: "not-there" })).toContainText(
    "points to nothing",
  );
  await page.goBack();

  await page.getByRole("button", { name: "Import again" }).click();
  await expect(main).toContainText(/New0Changed0The same2File is gone0/);

  folder.remove("one/catalog-info.yaml");
  await page.getByRole("button", { name: "Import again" }).click();
  await expect(main).toContainText(/New0Changed0The same1File is gone1/);

  await page.goto(`/catalog/component/default/${name}-one`);
  await expect(main).toContainText("File is gone");
  await page.goto(`/catalog?query=${name}`);
  const rows = page.getByRole("table", { name: "Catalog" }).getByRole("row");
  await expect(rows).toHaveCount(3);
  await rows
    .filter({ hasText: `${name.replaceAll("-", " ")} two` })
    .getByRole("link")
    .first()
    .click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`${name.replaceAll("-", " ")} two`);
  await page
    .getByRole("navigation", { name: "About this entry" })
    .getByRole("link", { name: "Source" })
    .click();
  await expect(main).toContainText(`name: ${name}-two`);
});

test("what cannot be imported is said at the field, in words that help", async ({ signedIn }) => {
  const { page } = await signedIn("Platform engineer");
  await page.goto("/catalog/import");
  const field = page.getByLabel("Folder or address");
  for (const [target, sentence] of [
    ["not-a-path", /begin with https:\/\/ or \//],
    ["git@github.com:acme/shop.git", /write the address as https:\/\/host\/owner\/repository/],
    ["https://user:secret@github.com/acme/shop", /Leave the user name and password out/],
  ] as const) {
    await field.fill(target);
    await page.getByRole("button", { name: "Import files" }).click();
    await expect(page.getByText(sentence)).toBeVisible();
    await expect(field).toHaveAttribute("aria-invalid", "true");
  }
  await field.fill("/no/such/folder/anywhere");
  await page.getByRole("button", { name: "Import files" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "The import failed" })).toBeVisible();
});
