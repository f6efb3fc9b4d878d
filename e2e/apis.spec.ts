import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "./journey.ts";

const definition = "/catalog/api/default/orders-api/definition";
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

test("an operation is found by its words, opened, and has an address of its own", async ({ signedIn }) => {
  const { page } = await signedIn("Developer");
  await page.goto(definition);
  await expect(page.getByRole("heading", { name: "Ways to sign in" })).toBeVisible();
  await page.getByRole("searchbox", { name: "Find an operation or a type" }).fill("one of orders");
  await expect(page.getByRole("status").filter({ hasText: "1 operation" })).toBeVisible();
  const row = page.getByRole("button", { name: /get \/orders\/\{id\}/i });
  await row.focus();
  await page.keyboard.press("Enter");
  await expect(row).toHaveAttribute("aria-expanded", "true");
  const answers = page.getByRole("region", { name: "Answers" });
  await expect(answers).toContainText("There is none");
  await expect(page).toHaveURL(/#operation-read-orders$/);

  await page.reload();
  await expect(page.getByRole("button", { name: /get \/orders\/\{id\}/i })).toHaveAttribute(
    "aria-expanded",
    "true",
  );
  // A type that contains itself is opened by hand.
  await expect(answers.getByRole("button", { name: /Item again/ }).first()).toHaveAttribute(
    "aria-expanded",
    "false",
  );
});

test("two versions are compared, breaking changes first, with whom they can break", async ({ signedIn }) => {
  const { page, call } = await signedIn("Developer");
  await page.goto(definition);
  await page.getByRole("link", { name: /breaking/ }).click();
  await expect(page.getByText("new-required-request-parameter")).toBeVisible();
  await expect(page.getByText("api-removed-without-deprecation")).toBeVisible();
  const { data } = await call("apis.consumers", { ref: "api:default/orders-api" });
  expect(data.total).toBeGreaterThan(1);
  await expect(page.getByText(new RegExp(`this can break ${data.total} consumers`))).toBeVisible();
  await page.getByRole("link", { name: "GET /orders", exact: true }).first().click();
  await expect(page.getByRole("button", { name: /get \/orders list/i })).toHaveAttribute(
    "aria-expanded",
    "true",
  );
});

test("GraphQL, gRPC and AsyncAPI have operations, types and a coloured text", async ({ signedIn }) => {
  const { page } = await signedIn("Developer");
  const apis = [
    { name: "shop-graph", row: /query search/i, type: "Product", text: "type Query" },
    {
      name: "pricing-api",
      row: /rpc pricing\.v1\.Pricing\/Price/i,
      type: "pricing.v1.PriceReply",
      text: "service Pricing",
    },
    { name: "stock-events", row: /send stock\.moved/i, type: null, text: "asyncapi: 3.0.0" },
  ];
  for (const { name, row, type, text } of apis)
    await test.step(name, async () => {
      await page.goto(`/catalog/api/default/${name}/definition`);
      await page.getByRole("button", { name: row }).first().click();
      if (type) {
        const types = page.getByRole("region", { name: "Types" });
        await types.getByRole("button", { name: new RegExp(`^${type}(\\s|$)`) }).click();
        await expect(types.getByRole("list").nth(1)).toBeVisible();
      } else await expect(page.getByRole("region", { name: "Messages" }).last()).toContainText("StockMoved");
      await page.getByRole("link", { name: "Text", exact: true }).click();
      await expect(page.getByRole("region", { name: /^Definition of/ })).toContainText(text);
    });
});

test("what changed can be asked by REST", async ({ signedIn, portal }) => {
  const { context } = await signedIn("Developer");
  const base = `${portal.address}/api/v1/apis/api/default/orders-api`;
  const versions = await (await context.request.get(`${base}/versions`)).json();
  expect(versions.items.map(({ number }: { number: number }) => number)).toEqual([2, 1]);
  const answer = await context.request.get(`${base}/diff?from=1&to=2`);
  expect(await answer.json()).toMatchObject({ breaking: versions.items[0].breaking });
  expect((await context.request.get(`${base}/diff?from=2&to=1`)).status()).toBe(400);
});

for (const colorScheme of ["light", "dark"] as const)
  test(`opened operations and changes have nothing for axe to find, ${colorScheme}`, async ({
    signedIn,
  }, info) => {
    const { page } = await signedIn("Developer", { colorScheme, reducedMotion: "reduce" });
    for (const [name, address] of Object.entries({
      operation: `${definition}#operation-add-orders`,
      changes: `${definition}?view=changes&from=1&to=2`,
      text: "/catalog/api/default/shop-graph/definition?view=text",
    }))
      for (const width of [1440, 390])
        await test.step(`${name}, ${width}`, async () => {
          await page.setViewportSize({ width, height: 900 });
          await page.goto(address);
          if (name === "operation") await expect(page.getByRole("region", { name: "Request" })).toBeVisible();
          await expect(page.getByRole("heading", { name: "Consumers" })).toBeVisible();
          await page.screenshot({ path: info.outputPath(`${name}-${width}.png`) });
          // What lies half under the bar at the top is measured as what is left to be seen of it.
          await page.evaluate(() => scrollTo(0, 0));
          const { violations } = await new AxeBuilder({ page }).withTags(rules).analyze();
          expect(
            violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`)),
          ).toEqual([]);
        });
  });
