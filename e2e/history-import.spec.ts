import { startFakeGithub } from "#server/testing/fake-github/fake-github.ts";
import { giveToken } from "#server/testing/fake-github/world.ts";
import { expect, test } from "./journey.ts";
import { look } from "./look.ts";

const day = 86_400_000;
const component = (name: string) => `apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: ${name} }
spec: { type: service, lifecycle: production, owner: unknown }
`;

test("the past of a new connection is read by itself, its page tells how far, and what failed is tried again", async ({
  signedIn,
}, info) => {
  test.slow();
  const fake = await startFakeGithub();
  fake.state.owner("past", "Organization", ["ana"]);
  for (const name of ["live", "hidden"]) {
    fake.state.repository(`past/${name}`, { files: { "catalog-info.yaml": component(`past-${name}`) } });
    for (const days of [3, 40, 130])
      fake.state.deployment(`past/${name}`, {
        environment: "production",
        at: new Date(Date.now() - days * day),
      });
  }
  const refused = { status: 403, body: '{"message":"Resource not accessible"}', times: 1_000 };
  fake.faults.push({ path: /\/repos\/past\/hidden\/deployments/, ...refused });
  const { page, call } = await signedIn("Admin");
  const saved = await call(
    "connections.saveToken",
    {
      ...{ kind: "github", name: "Past", webUrl: fake.webUrl, token: giveToken(fake) },
      ...{ privateRanges: ["127.0.0.0/8"], owners: [{ login: "past", type: "organization" }] },
    },
    "mutation",
  );
  expect(saved.status, saved.message ?? "").toBe(200);
  try {
    await page.goto("/admin/connections");
    await expect(page.getByRole("heading", { name: "The past" })).toBeVisible({ timeout: 60_000 });
    await expect(page.getByRole("progressbar", { name: "Import of Past", exact: true })).toBeVisible();
    await expect(page.getByText(/1 of 2 repositories complete.*1 failed/)).toBeVisible({ timeout: 30_000 });

    await page.getByRole("link", { name: "Past", exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Import of the past" })).toBeVisible();
    const row = (name: string) => page.getByRole("row", { name: new RegExp(`past/${name}`) });
    await expect(row("live")).toContainText("Complete");
    await expect(row("hidden")).toContainText('needs the permission "Deployments: read"');
    await look(page, info, "imports");
    await page.getByRole("link", { name: /^Failed/ }).click();
    await expect(row("live")).toBeHidden();

    fake.faults.length = 0;
    await page.getByRole("button", { name: "Try past/hidden again" }).click();
    await expect(page.getByText("No repository here: failed")).toBeVisible({ timeout: 30_000 });
    await page.getByRole("link", { name: /^Complete/ }).click();
    await expect(row("hidden")).toContainText("Complete");
    const entityRef = "component:default/past-hidden";
    await expect
      .poll(async () => (await call("delivery.deployments", { entityRef })).data.items.length)
      .toBe(3);

    await page.getByRole("button", { name: "Import the past of Past", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "Import the past of Past", exact: true });
    await dialog.getByLabel("How far back").selectOption({ label: "Two years" });
    await dialog.getByRole("button", { name: "Import", exact: true }).click();
    await expect(dialog).toBeHidden();
    await expect(row("live")).toContainText("Complete");
  } finally {
    await call("connections.remove", { id: saved.data.id }, "mutation");
    await fake.stop();
  }
});
