import { expect, test } from "./journey.ts";

const entry = (name: string, type: string) => `apiVersion: backstage.io/v1alpha1
kind: Resource
metadata:
  name: ${name}
spec:
  type: ${type}
  owner: payments
`;

test("a file is checked while one types, with its errors at their lines", async ({ signedIn }) => {
  const { page } = await signedIn("Developer");
  await page.goto("/catalog/validate");
  const editor = page.getByRole("textbox", { name: "Catalog file" });
  await editor.fill("apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: a b\n");
  await expect(page.getByText(/metadata\.name "a b" takes letters/)).toBeVisible();
  await expect(page.getByText("Line 4, column 3")).toBeVisible();
  await editor.fill(entry("fine", "queue"));
  await expect(page.getByText("In order", { exact: true }).first()).toBeVisible();
  // Tab leaves the editor, as it leaves every field.
  await editor.focus();
  await page.keyboard.press("Tab");
  await expect(editor).not.toBeFocused();
});

test("an entry is added in the portal, changed and removed again", async ({ signedIn }) => {
  const { page } = await signedIn("Platform engineer");
  await page.goto("/catalog/new");
  const editor = page.getByRole("textbox", { name: "Entry" });
  await editor.fill(entry("kept-here", "queue"));
  await page.getByRole("button", { name: "Add entry" }).click();
  await expect(page.getByText("Kept in the portal")).toBeVisible();
  await page.getByRole("link", { name: "Edit" }).click();
  await editor.fill(entry("kept-here", "topic"));
  await page.getByRole("button", { name: "Save entry" }).click();
  await expect(page.getByRole("main").getByText("Resource, topic")).toBeVisible();
  await page.getByRole("main").getByRole("button", { name: "Remove", exact: true }).click();
  await page.getByRole("button", { name: "Remove entry" }).click();
  await expect(page).toHaveURL(/\/catalog$/);
  await page.goto("/catalog/resource/default/kept-here");
  await expect(page.getByText("The catalog has no such entry")).toBeVisible();
});

test("an admin makes a custom source, to which a program with its token sends", async ({
  signedIn,
  portal,
}) => {
  const { page, call } = await signedIn("Admin");
  await page.goto("/catalog/sources/custom");
  await page.getByRole("button", { name: "New custom source" }).first().click();
  await page.getByLabel("Name in the address").fill("journey");
  await page.getByLabel("What it is").fill("Of a journey");
  await page.getByRole("button", { name: "Make source" }).click();
  await expect(page.getByRole("link", { name: "Of a journey" })).toBeVisible();
  const made = await call(
    "identity.createToken",
    { name: "Journey", role: "platform", scopes: ["catalog-write"], days: 1 },
    "mutation",
  );
  const entities = [
    {
      apiVersion: "backstage.io/v1alpha1",
      kind: "Resource",
      metadata: { name: "sent" },
      spec: { type: "x", owner: "payments" },
    },
  ];
  const answer = await fetch(`${portal.address}/api/v1/catalog/sources/journey`, {
    method: "PUT",
    headers: { authorization: `Bearer ${made.data.token}`, "content-type": "application/json" },
    body: JSON.stringify({ type: "full", entities }),
  });
  expect(await answer.json()).toMatchObject({ added: ["resource:default/sent"] });
  await page.goto("/catalog/resource/default/sent");
  await expect(page.getByRole("heading", { name: "sent" })).toBeVisible();
});
