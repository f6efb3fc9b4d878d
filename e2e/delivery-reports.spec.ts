import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { runMilepost } from "#server/testing/portal.ts";
import { expect, test } from "./journey.ts";

test("a report file from the page is recomputed on another machine, and an altered one is found out", async ({
  signedIn,
  portal,
}) => {
  // The command line begins anew five times.
  test.slow();
  const { page } = await signedIn("Engineering leader");
  const folder = mkdtempSync(join(tmpdir(), "reports-"));
  try {
    for (const address of ["/insights", "/catalog/component/default/checkout/delivery"]) {
      await page.goto(address);
      const download = page.waitForEvent("download");
      await page.getByRole("link", { name: "Download report file" }).click();
      const file = join(folder, "report.jsonl.gz");
      await (await download).saveAs(file);
      const { code, stdout, stderr } = await runMilepost(portal.dataDir, ["delivery", "verify", file]);
      expect(code, stdout + stderr).toBe(0);
      expect(stdout).toContain("equal      Change lead time");
      expect(stdout).toContain("its figures follow from its facts");
      const text = gunzipSync(readFileSync(file)).toString();
      const altered = join(folder, "altered.jsonl");
      writeFileSync(altered, text.replace(/"value":[\d.]+/, '"value":12345'));
      const found = await runMilepost(portal.dataDir, ["delivery", "verify", altered]);
      expect(found.code).toBe(1);
      expect(found.stdout).toMatch(/different {2}Deployment frequency/);
      expect(found.stdout).toContain("The file is not as it was written.");
    }
    const own = join(folder, "own.jsonl");
    const written = await runMilepost(portal.dataDir, [
      "delivery",
      "report",
      "--file",
      own,
      "--entity",
      "component:default/checkout",
    ]);
    expect(written.code, written.stderr).toBe(0);
    expect((await runMilepost(portal.dataDir, ["delivery", "verify", own, "--json"])).code).toBe(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("another tool's deployments are laid beside ours, with the rule for each difference", async ({
  signedIn,
}) => {
  const { page, call } = await signedIn("Engineering leader");
  const { data } = await call("delivery.evidence", {
    scope: { kind: "service", ref: "component:default/checkout" },
    metric: "frequency",
    part: "deployments",
    limit: 5,
  });
  const rows = data.items.map(
    (row: { at: string; sha: string | null }) =>
      `checkout,${new Date(row.at).toISOString()},production,${row.sha ?? ""},success`,
  );
  const [newest = ""] = rows;
  const tool = `Tool ${randomUUID().slice(0, 8)}`;
  const text = [
    "project,finished_at,environment,commit,result",
    ...rows,
    newest,
    "checkout,never,production,,success",
  ].join("\n");
  await page.goto("/insights");
  await page.getByRole("link", { name: "Compare with another tool" }).click();
  await page
    .getByLabel("CSV file")
    .setInputFiles({ name: "deployments.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  await expect(page.getByText(`${rows.length + 1} of ${rows.length + 2} rows can be read`)).toBeVisible();
  await expect(page.getByLabel("Rows that cannot be read")).toContainText(`Line ${rows.length + 3}:`);
  await expect(page.getByLabel("When it was live")).toHaveValue("finished_at");
  await page.getByLabel("Tool").fill(tool);
  await page.getByRole("button", { name: "Import and compare" }).click();
  await expect(page.getByRole("heading", { name: `${tool} and this portal` })).toBeVisible();
  await expect(page.getByText("The file has the same deployment twice").first()).toBeVisible();
  await page.getByRole("link", { name: /^Only in the file/ }).click();
  await expect(page).toHaveURL(/show=only_theirs/);
  await expect(page.getByRole("table", { name: "Rows compared" })).toContainText(
    "The file has the same deployment twice",
  );

  await page.goto("/insights/external");
  await page.getByRole("button", { name: `Remove ${tool}, deployments.csv` }).click();
  await expect(page.getByRole("link", { name: tool })).toBeHidden();
});

test("developers are told for whom the comparison is, and are offered no way to it", async ({ signedIn }) => {
  const { page, call } = await signedIn("Developer");
  await page.goto("/insights");
  await expect(page.getByRole("link", { name: "Download report file" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Compare with another tool" })).toBeHidden();
  expect((await call("deliveryExternal.files")).status).toBe(403);
});
