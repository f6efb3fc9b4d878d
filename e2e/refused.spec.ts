import { type PageAccess, pages } from "#server/testing/surface.ts";
import { askPastFrame } from "./ask-past-frame.ts";
import { expect, type SignedIn, test } from "./journey.ts";
import { addressOf } from "./page-addresses.ts";
import { sendRaw } from "./send-raw.ts";

test("a developer is refused with a sentence: on the page, at the button and by the API", async ({
  signedIn,
}) => {
  const { page, call } = await signedIn("Developer");
  await page.goto("/admin/webhooks");
  await expect(page.getByRole("main")).toContainText("Only platform engineers and admins can open this");

  await page.goto("/catalog");
  const button = page.getByRole("button", { name: "Import files" });
  await expect(button).toHaveAttribute("aria-disabled", "true");
  await expect(button).toHaveAccessibleDescription(
    /^Only platform engineers can add to the catalog\. Ask .+\.$/,
  );
  await button.click({ force: true });
  await expect(page).toHaveURL(/\/catalog$/);

  expect(await call("catalog.register", { target: "/tmp" }, "mutation")).toMatchObject({
    status: 403,
    message: expect.stringMatching(/^Only platform engineers can/),
  });
  expect(await call("audit.list", {})).toMatchObject({
    status: 403,
    message: expect.stringMatching(/^Only platform engineers/),
  });
  expect(await call("github.deliveries", {})).toMatchObject({ status: 403 });
  expect(await call("demo.remove", undefined, "mutation")).toMatchObject({ status: 403 });
});

/** Words that stand on pages of the demo organisation and nowhere in the program. */
async function readGuardedWords({ call }: SignedIn): Promise<string[]> {
  const services = await call("catalog.list", { kind: ["component"], limit: 20 });
  const webhooks = await call("github.deliveries", { limit: 20 });
  const descriptions = services.data.items.map((item: { description: string | null }) => item.description);
  const guids = webhooks.data.items.map(({ guid }: { guid: string }) => guid);
  const { data: checkout } = await call("catalog.byRef", { ref: "component:default/checkout" });
  return [checkout.description, checkout.source.file, ...descriptions.filter(Boolean), ...guids];
}

test("asking past the frame shows its words to those who are signed in", async ({ portal, signedIn }) => {
  const admin = await signedIn("Admin");
  const words = await readGuardedWords(admin);
  expect(words.length).toBeGreaterThan(20);
  for (const path of ["/catalog", "/catalog/component/default/checkout"]) {
    const { status, text } = await askPastFrame(portal.address, path, admin.cookie);
    expect(status).toBe(200);
    expect(words.filter((word) => text.includes(word))).not.toEqual([]);
  }
});

/** What others than those for whom a page is are told. */
const sentences: Partial<Record<PageAccess, string>> = {
  maintainers: "Only those who look after a team can open this",
  "role: leader, platform": "Only engineering leaders and those who run the portal can open this",
  "role: platform": "Only platform engineers and admins can open this",
  "role: admin": "Only platform engineers and admins can open this",
};

for (const [path, access] of Object.entries(pages)) {
  if (access === "anyone") continue;

  test(`nobody sees anything of ${path} without signing in`, async ({ page, portal, signedIn }) => {
    const admin = await signedIn("Admin");
    const words = await readGuardedWords(admin);
    const address = await addressOf(path, admin);
    await page.goto(address);
    await expect(page).toHaveURL(/\/sign-in/);
    const answers = [await sendRaw(portal.address, address), await askPastFrame(portal.address, address)];
    for (const { text } of answers) expect(words.filter((word) => text.includes(word))).toEqual([]);
  });

  const told = sentences[access];
  if (!told) continue;
  for (const who of access.includes("leader")
    ? (["Developer"] as const)
    : (["Developer", "Engineering leader"] as const))
    test(`${who} is told for whom ${path} is`, async ({ signedIn }) => {
      const address = await addressOf(path, await signedIn("Admin"));
      const { page } = await signedIn(who);
      await page.goto(address);
      await expect(page.getByRole("main")).toContainText(told);
      await expect(page.getByRole("main")).toContainText(/Why can’t I\?.* Ask .+\./);
    });
}

test("an address that does not exist says so, signed in or not", async ({ page, signedIn }) => {
  const answer = await page.goto("/no-such-page");
  expect(answer?.status()).toBe(404);
  await expect(page.getByText("There is no page at this address")).toBeVisible();
  const admin = await signedIn("Admin");
  await admin.page.goto("/catalog/component/default/no-such-service");
  await expect(admin.page.getByRole("main")).toContainText("The catalog has no such entry");
});
