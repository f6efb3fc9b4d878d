import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { type Browser, expect, type Page, type TestInfo, test } from "@playwright/test";
import { startOpenidProvider, type TestProvider } from "#server/testing/openid-provider.ts";
import { findFreePort, type Portal, runMilepost, startPortal } from "#server/testing/portal.ts";
import { aliveAtOnce, untilAlive } from "./alive.ts";
import { openProviderForm } from "./open-provider-form.ts";
import { sendRaw } from "./send-raw.ts";
import { sendWebhook } from "./send-webhook.ts";

/** A production portal of its own, which may be started anew at its address. */
type Installation = {
  address: string;
  dataDir: string;
  start: (added?: Record<string, string>) => Promise<Portal>;
  restart: () => Promise<void>;
  stop: () => Promise<void>;
  end: () => Promise<void>;
  token: () => string;
};

async function install(environment: Record<string, string>): Promise<Installation> {
  const folder = mkdtempSync(join(tmpdir(), "milepost-setup-"));
  // PostgreSQL's own user has to reach it where the journeys run as root.
  chmodSync(folder, 0o755);
  const dataDir = join(folder, "data");
  const port = await findFreePort();
  const address = `http://127.0.0.1:${port}`;
  let portal: Portal | null = null;
  const start = async (added: Record<string, string> = {}) => {
    portal = await startPortal({
      dataDir,
      port,
      environment: { MILEPOST_URL: address, LOG_LEVEL: "info", ...environment, ...added },
    });
    return portal;
  };
  const stop = async () => {
    await portal?.stop();
    portal = null;
  };
  const restart = async () => {
    await stop();
    await start();
  };
  const end = async () => {
    await stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const token = () => readFileSync(join(dataDir, "setup-token"), "utf8").trim();
  return { address, dataDir, start, restart, stop, end, token };
}

async function look(page: Page, info: TestInfo, name: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const)
    for (const width of [1440, 390]) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.setViewportSize({ width, height: 900 });
      const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement);
      expect(scrollWidth, `${name} at ${width} px`).toBe(clientWidth);
      await page.screenshot({ path: info.outputPath(`${name}-${width}-${colorScheme}.png`), fullPage: true });
      const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
      const { violations } = await new AxeBuilder({ page }).withTags(rules).analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.target)])).toEqual([]);
    }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 1440, height: 900 });
}

const step = (page: Page, name: string) => page.getByRole("heading", { level: 2, name, exact: true });

async function enter(page: Page, token: string): Promise<void> {
  await page.getByLabel("Setup token").fill(token);
  await page.getByRole("button", { name: "Begin the setup" }).click();
}

async function openWith(browser: Browser, address: string, token: string): Promise<Page> {
  const context = await browser.newContext({ baseURL: address, timezoneId: "Europe/Berlin" });
  const page = aliveAtOnce(await context.newPage());
  await page.goto("/setup");
  await enter(page, token);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Set up this portal");
  return page;
}

async function fillProvider(page: Page, provider: TestProvider): Promise<void> {
  await page.getByLabel("Issuer").fill(provider.issuer);
  await page.getByLabel("Client ID").fill(provider.clientId);
  await page.getByLabel(/^Client secret/).fill(provider.clientSecret);
  await page.getByText("Advanced").click();
  await page.getByLabel("Private addresses").fill("127.0.0.0/8");
}

test("a portal is set up from its token to its first page, over restarts and in another browser", async ({
  browser,
}, info) => {
  test.setTimeout(300_000);
  const portal = await install({ MILEPOST_MODE: "production" });
  const provider = await startOpenidProvider([`${portal.address}/api/auth/callback/openid`]);
  try {
    const { output } = await portal.start();
    await test.step("nothing but the setup answers, at the public address alone", async () => {
      await expect.poll(output).toContain(join(portal.dataDir, "setup-token"));
      expect(output()).not.toContain(portal.token());
      expect(statSync(join(portal.dataDir, "setup-token")).mode & 0o777).toBe(0o600);
      for (const path of ["/api/trpc/catalog.list", "/api/catalog/entities/by-query"]) {
        const refused = await sendRaw(portal.address, path);
        expect([refused.status, JSON.parse(refused.text).error.message]).toEqual([
          503,
          expect.stringContaining("/setup"),
        ]);
      }
      expect((await sendRaw(portal.address, "/catalog")).headers.location).toBe("/setup");
      const foreign = await sendRaw(portal.address, "/setup", { headers: { host: "portal.example.com" } });
      expect(foreign.status).toBe(421);
      expect(foreign.text).toContain(portal.address);
      const unknown = await sendRaw(portal.address, "/api/trpc/setup.state");
      expect(unknown.status).toBe(401);
    });

    const page = aliveAtOnce(await (await browser.newContext({ baseURL: portal.address })).newPage());
    await test.step("five wrong tries spend the token, and the command line makes another", async () => {
      await page.goto("/catalog");
      await expect(page).toHaveURL(/\/setup$/);
      await look(page, info, "1-token");
      for (let left = 4; left >= 0; left -= 1) {
        await enter(page, `wrong ${left}`);
        const words =
          left === 0 ? "it was the last try" : left === 1 ? "1 try is left" : `${left} tries are left`;
        await expect(page.getByText(words)).toBeVisible();
      }
      await enter(page, portal.token());
      await expect(page.getByText(/spent by 5 wrong tries.*npx milepost setup-token/)).toBeVisible();
      await look(page, info, "2-spent");
      const { code, stdout } = await runMilepost(portal.dataDir, ["setup-token", "--json"]);
      expect(code).toBe(0);
      expect(JSON.parse(stdout).token).toBe(portal.token());
    });

    const used = portal.token();
    await test.step("sign-in is connected, and tried before it is saved", async () => {
      await enter(page, used);
      await expect(step(page, "Sign-in")).toBeVisible();
      expect(existsSync(join(portal.dataDir, "setup-token"))).toBe(false);
      await fillProvider(page, provider);
      await page.getByRole("button", { name: "Test these settings" }).click();
      await expect(page.getByRole("list", { name: "What the test found" })).toBeVisible();
      await look(page, info, "3-provider");
      await page.getByRole("button", { name: "Save and go on" }).click();
      await expect(step(page, "First admin")).toBeVisible();
    });

    await test.step("after a restart it goes on there, and a used token opens nothing", async () => {
      await portal.restart();
      await page.reload();
      await expect(step(page, "First admin")).toBeVisible();
      await look(page, info, "4-admin");
      const other = aliveAtOnce(await (await browser.newContext({ baseURL: portal.address })).newPage());
      await other.goto("/setup");
      await enter(other, used);
      await expect(other.getByText(/used already/)).toBeVisible();
    });

    await test.step("whoever signs in from here is the first admin", async () => {
      await page.getByRole("button", { name: "Sign in with Company account" }).click();
      await expect(step(page, "GitHub")).toBeVisible();
    });

    const second =
      await test.step("another browser goes on with another token, and the first one stops", async () => {
        await portal.restart();
        await runMilepost(portal.dataDir, ["setup-token"]);
        const it = await openWith(browser, portal.address, portal.token());
        await expect(step(it, "GitHub")).toBeVisible();
        await page.reload();
        await expect(page.getByRole("heading", { level: 1 })).toHaveText("This portal is not set up yet");
        return it;
      });

    await test.step("GitHub's secret is shown once, and webhooks are taken from then on", async () => {
      await second.getByRole("button", { name: "Make a secret" }).click();
      const copy = second.getByRole("button", { name: /^Copy secret: / });
      const webhookSecret = ((await copy.getAttribute("data-copy")) ?? "").trim();
      expect(webhookSecret.length).toBeGreaterThan(30);
      await look(second, info, "5-github");
      const signed = { address: portal.address, webhookSecret };
      expect((await sendWebhook(signed, "ping", { zen: "x" })).status).toBe(202);
      await second.reload();
      await expect(second.getByText("A webhook secret is set already")).toBeVisible();
      await expect(copy).toHaveCount(0);
      await second.getByRole("button", { name: "Go on" }).click();
    });

    await test.step("the zone of the browser is offered, the key's file is named, and the portal opens", async () => {
      await expect(second.getByRole("combobox", { name: "Time zone" })).toHaveValue("Europe/Berlin");
      await look(second, info, "6-time-zone");
      await second.getByRole("button", { name: "Save the time zone" }).click();
      await expect(second.getByText(join(portal.dataDir, "secret-key"))).toBeVisible();
      await look(second, info, "7-secrets");
      await second.getByRole("button", { name: "The key is backed up" }).click();
      await expect(second.getByText("Person ana")).toBeVisible();
      await look(second, info, "8-finish");
      await second.getByRole("button", { name: "Open the portal" }).click();
      await expect(second).toHaveURL(/\/sign-in/);
    });

    await test.step("the first admin is signed in where they signed in, and the setup is closed", async () => {
      await page.goto("/admin/settings");
      await expect(page.getByText("Production")).toBeVisible();
      await expect(page.getByLabel("Zone of the organisation")).toHaveValue("Europe/Berlin");
      await look(page, info, "9-settings");
      await second.goto("/setup");
      await expect(second).toHaveURL(/\/sign-in/);
      const { code, stderr } = await runMilepost(portal.dataDir, ["setup-token"]);
      expect([code, stderr]).toEqual([1, expect.stringContaining("The setup is finished")]);
      const refused = await sendRaw(portal.address, "/api/setup/open", {
        method: "POST",
        headers: { origin: portal.address, "content-type": "application/json" },
        body: JSON.stringify({ token: used }),
      });
      expect([refused.status, refused.text]).toEqual([401, expect.stringContaining("no setup to open")]);
    });
  } finally {
    await portal.end();
    await provider.stop();
  }
});

test("an evaluation moves to production at once, in the middle of loading its demo, and never goes back", async ({
  browser,
}, info) => {
  test.setTimeout(300_000);
  const portal = await install({});
  const provider = await startOpenidProvider([`${portal.address}/api/auth/callback/openid`]);
  try {
    await portal.start();
    const context = await browser.newContext({ baseURL: portal.address });
    const page = aliveAtOnce(await context.newPage());
    await page.goto("/sign-in?next=/admin/sign-in");
    await page.getByRole("button", { name: /^Admin/ }).click();
    await openProviderForm(page);
    const [person] = await context.cookies();
    await fillProvider(page, provider);
    await page.getByRole("checkbox", { name: /^Move this portal to production/ }).check();
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await expect(page.getByText("This portal is in production now")).toBeVisible();
    await look(page, info, "1-moved");

    await test.step("demo people are gone, and so is their way in", async () => {
      const headers = { cookie: `${person?.name}=${person?.value}` };
      const home = async () => (await sendRaw(portal.address, "/", { headers })).headers.location;
      await expect.poll(home).toBe("/setup");
      const again = await sendRaw(portal.address, "/api/auth/demo", {
        method: "POST",
        headers: { origin: portal.address, "content-type": "application/json" },
        body: JSON.stringify({ personId: "00000000-0000-4000-8000-000000000000" }),
      });
      expect(again.status).toBe(403);
    });

    await test.step("the setup goes on after the provider, with the token that was put down", async () => {
      await page.getByRole("link", { name: "Open the setup" }).click();
      await expect(page.getByLabel("Setup token")).toBeVisible();
      await untilAlive(page);
      await enter(page, portal.token());
      await page.getByRole("button", { name: "Sign in with Company account" }).click();
      await expect(step(page, "GitHub")).toBeVisible();
      await untilAlive(page);
      await page.getByRole("button", { name: "Connect GitHub later" }).click();
      await page.getByRole("button", { name: "Save the time zone" }).click();
      await page.getByRole("button", { name: "The key is backed up" }).click();
      await page.getByRole("button", { name: "Open the portal" }).click();
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("Home");
      await expect(page.getByRole("region", { name: "Evaluation" })).toHaveCount(0);
    });

    await test.step("nothing of the demo is there, nor comes back by what was still under way", async () => {
      for (const _ of [1, 2]) {
        const count = await context.request.get("/api/trpc/catalog.count?input=%7B%22json%22%3A%7B%7D%7D");
        expect((await count.json()).result.data.json).toMatchObject({ total: 0 });
        await portal.restart();
      }
    });

    await portal.stop();
    await expect(portal.start({ MILEPOST_MODE: "evaluation" })).rejects.toThrow("has been in production");
  } finally {
    await portal.end();
    await provider.stop();
  }
});
