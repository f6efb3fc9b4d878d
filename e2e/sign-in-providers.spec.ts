import { randomUUID } from "node:crypto";
import { type Browser, expect, type Page, test } from "@playwright/test";
import { createEmulator, type Emulator } from "emulate";
import { findFreePort, runMilepost } from "#server/testing/portal.ts";
import { aliveAtOnce, untilAlive } from "./alive.ts";
import { look } from "./look.ts";
import { openProviderForm } from "./open-provider-form.ts";
import { type ProductionPortal, startProductionPortal } from "./production-portal.ts";

/** One portal in production for all of them; what comes later builds on what was set up before. */
test.describe.configure({ mode: "serial", timeout: 240_000 });

let portal: ProductionPortal;
const emulators: Emulator[] = [];
const secret = randomUUID();

test.beforeAll(async () => {
  portal = await startProductionPortal();
});
test.afterAll(async () => {
  for (const emulator of emulators) await emulator.close();
  await portal?.end();
});

const callback = (slug: string) => `${portal.address}/api/auth/callback/${slug}`;

async function emulate(service: string, seed: object): Promise<string> {
  const port = await findFreePort();
  const baseUrl = `http://127.0.0.1:${port}`;
  emulators.push(
    await createEmulator({ service: service as never, port, baseUrl, seed: { [service]: seed } } as never),
  );
  return baseUrl;
}

async function visit(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ baseURL: portal.address, locale: "en-GB", timezoneId: "UTC" });
  return aliveAtOnce(await context.newPage());
}

/** On the pages of the certified provider: its form, and its question whether the portal may. */
async function signInThere(page: Page, login: string): Promise<void> {
  await page.getByPlaceholder("Enter any login").fill(login);
  await page.getByPlaceholder("and password").fill("x");
  await page.getByRole("button", { name: "Sign-in" }).click();
  const consent = page.getByRole("button", { name: "Continue" });
  const back = page.waitForURL(`${portal.address}/**`).then(() => "back" as const);
  const next = await Promise.race([
    consent.waitFor().then(
      () => "asked" as const,
      () => "back" as const,
    ),
    back,
  ]);
  if (next === "asked") await consent.click();
  await back;
}

async function signInAs(browser: Browser, login: string, path = "/"): Promise<Page> {
  const page = await visit(browser);
  await page.goto(path);
  await page.getByRole("link", { name: "Sign in with Company account" }).click();
  await signInThere(page, login);
  await expect(page.getByRole("button", { name: /^Account of / })).toBeVisible();
  await untilAlive(page);
  return page;
}

const accountOf = (page: Page) => page.getByRole("button", { name: /^Account of / });

test("somebody signs in at a certified provider, lands where they wanted to, and signs out at both", async ({
  browser,
}, info) => {
  const page = await visit(browser);
  await page.goto("/catalog?kind=API");
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await look(page, info, "sign-in");
  await page.getByRole("link", { name: "Sign in with Company account" }).click();
  await signInThere(page, "ana");
  await expect(page).toHaveURL(`${portal.address}/catalog?kind=API`);
  await expect(accountOf(page)).toHaveAccessibleName("Account of Person ana");
  await untilAlive(page);

  await accountOf(page).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/signed-out=openid/);
  await expect(page.getByText("You are signed out of this portal")).toBeVisible();
  await look(page, info, "signed-out");
  await page.goto("/catalog");
  await expect(page).toHaveURL(/\/sign-in/);
  await page.goto("/sign-in?signed-out=openid");
  await page.getByRole("link", { name: "sign out of Company account too" }).click();
  await expect(page).toHaveURL(new RegExp(`^${portal.provider.issuer}/session/end`));
});

test("who breaks off at the provider, or comes back too late, is told so", async ({ browser }, info) => {
  const page = await visit(browser);
  await page.goto("/sign-in");
  await page.getByRole("link", { name: "Sign in with Company account" }).click();
  await page.getByRole("link", { name: /Cancel/ }).click();
  await expect(page.getByRole("main")).toContainText("You ended the sign-in at Company account");
  await expect(page).toHaveURL(/failure=cancelled/);
  await look(page, info, "cancelled");
  await page.goto(`${callback("openid")}?state=forged&code=forged`);
  await expect(page.getByRole("main")).toContainText("Begin again");
});

type Added = { kind: string; name: string; fields: Record<string, string>; advanced: Record<string, string> };

/** A label that begins like this: "(optional)" may follow. */
const from = (label: string) => new RegExp(`^${label.replace(/[()]/g, "\\$&")}`);

/** Adds a provider on the page, tries it there, and answers with what the test of it said. */
async function addProvider(page: Page, { kind, name, fields, advanced }: Added): Promise<void> {
  await page.goto("/admin/sign-in");
  await openProviderForm(page);
  await page.getByLabel("Kind").selectOption({ label: kind });
  await page.getByLabel("Name", { exact: true }).fill(name);
  for (const [label, value] of Object.entries(fields)) await page.getByLabel(from(label)).fill(value);
  await page.getByText("Advanced", { exact: true }).click();
  for (const [label, value] of Object.entries({ "Private addresses": "127.0.0.0/8", ...advanced }))
    await page.getByLabel(from(label)).fill(value);
  const test_ = () => page.getByRole("button", { name: "Test these settings" }).click();
  const checks = page.getByRole("list", { name: "What the test found" });
  await test_();
  await expect(checks.getByText(/^Client: /)).toBeVisible();
  if (await checks.getByText("in the body only: choose that under Advanced").isVisible()) {
    await page.getByLabel("How the secret is sent").selectOption({ label: "In the body" });
    await test_();
  }
  await expect(checks.getByText("Client: Fine")).toBeVisible();
  await expect(checks.getByText(": Failed")).toHaveCount(0);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByRole("table", { name: "Sign-in providers" })).toContainText(name);
}

test("an admin adds GitHub, Okta, Microsoft and Google, tries each, and people sign in with them", async ({
  browser,
}, info) => {
  const client = (slug: string) => ({
    client_id: "milepost",
    client_secret: secret,
    name: "Milepost",
    redirect_uris: [callback(slug)],
  });
  const github = await emulate("github", {
    users: [{ login: "octo", name: "Octo Cat", email: "octo@example.com" }],
    orgs: [{ login: "acme", members: [{ login: "octo", role: "member" }] }],
    oauth_apps: [client("github")],
  });
  const okta = await emulate("okta", {
    users: [{ login: "olga@example.com", first_name: "Olga", last_name: "Okta" }],
    oauth_clients: [{ ...client("openid-2"), auth_server_id: "default" }],
  });
  const microsoft = await emulate("microsoft", {
    users: [{ email: "mia@example.com", name: "Mia Soft" }],
    oauth_clients: [client("entra")],
  });
  const google = await emulate("google", {
    users: [{ email: "gil@acme.com", name: "Gil Oogle", hd: "acme.com" }],
    oauth_clients: [client("google")],
  });
  const discovered = await (await fetch(`${microsoft}/.well-known/openid-configuration`)).json();
  const tenant = new URL((discovered as { issuer: string }).issuer).pathname.split("/")[1] ?? "";

  const admin = await signInAs(browser, "ana");
  const credentials = { "Client ID": "milepost", "Client secret": secret };
  await addProvider(admin, {
    kind: "GitHub",
    name: "GitHub",
    fields: { ...credentials, "Address of GitHub": github, Organisations: "acme" },
    advanced: { "Address of the API": github },
  });
  await addProvider(admin, {
    kind: "OpenID Connect",
    name: "Okta",
    fields: { ...credentials, Issuer: `${okta}/oauth2/default` },
    advanced: { Scopes: "openid profile email groups" },
  });
  await addProvider(admin, {
    kind: "Microsoft Entra",
    name: "Microsoft",
    fields: { ...credentials, "Directory (tenant) ID": tenant },
    advanced: { Authority: microsoft, "Address of Microsoft Graph": microsoft },
  });
  await addProvider(admin, {
    kind: "Google",
    name: "Google",
    fields: { ...credentials, "Google Workspace domain": "acme.com" },
    advanced: { Issuer: google },
  });
  await look(admin, info, "providers");
  await admin.getByRole("button", { name: "Change GitHub" }).click();
  await expect(admin.getByLabel(/^Client secret/)).toHaveValue("");
  await look(admin, info, "provider");

  for (const [name, who, shown] of [
    ["GitHub", "octo", "Octo Cat"],
    ["Okta", "olga", "Olga Okta"],
    ["Microsoft", "mia", "Mia Soft"],
    ["Google", "gil", "Gil Oogle"],
  ] as const)
    await test.step(name, async () => {
      const page = await visit(browser);
      await page.goto("/sign-in");
      if (name === "GitHub") await look(page, info, "many-ways");
      await page.getByRole("link", { name: `Sign in with ${name}` }).click();
      await page
        .getByRole("button", { name: new RegExp(who, "i") })
        .first()
        .click();
      await expect(accountOf(page)).toHaveAccessibleName(`Account of ${shown}`);
      await page.context().close();
    });
});

test("settings that cannot work are told before they are saved, one sentence each", async ({
  browser,
}, info) => {
  const admin = await signInAs(browser, "ana");
  await admin.goto("/admin/sign-in");
  await openProviderForm(admin);
  await admin.getByRole("button", { name: "Save", exact: true }).click();
  await expect(admin.getByText("Write an address that begins with https://")).toBeVisible();
  await admin.getByLabel("Issuer").fill(portal.provider.issuer);
  await admin.getByLabel("Client ID").fill("milepost");
  await admin.getByLabel(/^Client secret/).fill("wrong");
  const checks = admin.getByRole("list", { name: "What the test found" });
  const test_ = () => admin.getByRole("button", { name: "Test these settings" }).click();
  await test_();
  await expect(checks).toContainText("private network");
  await admin.getByText("Advanced", { exact: true }).click();
  await admin.getByLabel("Private addresses").fill("127.0.0.0/8");
  await test_();
  await expect(checks).toContainText("It does not take the client ID and secret");
  await look(admin, info, "failed-test");
});

test("an admin cannot lock themselves out, and whoever came through a provider that is removed is signed out", async ({
  browser,
}) => {
  const admin = await signInAs(browser, "ana");
  const guest = await visit(browser);
  await guest.goto("/sign-in");
  await guest.getByRole("link", { name: "Sign in with Google" }).click();
  await guest.getByRole("button", { name: /gil/i }).first().click();
  await expect(accountOf(guest)).toBeVisible();

  await admin.goto("/admin/sign-in");
  await admin.getByRole("button", { name: "Switch Company account off" }).click();
  await expect(admin.getByText(/no other way in/)).toBeVisible();
  await admin.getByRole("button", { name: "Remove Google" }).click();
  await admin.getByRole("button", { name: "Remove and sign out its people" }).click();
  await expect(admin.getByRole("table", { name: "Sign-in providers" })).not.toContainText("Google");
  await guest.goto("/");
  await expect(guest).toHaveURL(/\/sign-in/);
  await expect(guest.getByRole("link", { name: "Sign in with Google" })).toHaveCount(0);
});

test("somebody links GitHub, sees their sessions, and signs out everywhere", async ({ browser }, info) => {
  const here = await signInAs(browser, "ben", "/account");
  await here.getByRole("button", { name: "Link GitHub" }).click();
  await here.getByRole("button", { name: /octo/i }).first().click();
  // GitHub's account of before belongs to somebody else here.
  await expect(here.getByRole("main")).toContainText("belongs to somebody else here");
  await untilAlive(here);

  await here.getByRole("button", { name: "Link Okta" }).click();
  await here.getByRole("button", { name: /olga/i }).first().click();
  await expect(here.getByRole("main")).toBeVisible();

  const there = await signInAs(browser, "ben");
  await here.goto("/account");
  const list = here.getByRole("list", { name: "Sessions" });
  await expect(list.getByRole("listitem")).toHaveCount(2);
  await expect(list).toContainText("this browser");
  await look(here, info, "account");
  await here.getByRole("button", { name: "Sign out everywhere" }).click();
  await expect(here).toHaveURL(/\/sign-in/);
  await there.goto("/catalog");
  await expect(there).toHaveURL(/\/sign-in/);
});

test("a sign-in link works once, after a press, and stands in no address that is sent", async ({
  browser,
}, info) => {
  const made = await runMilepost(portal.dataDir, ["admin", "sign-in-link", "--user", "ana", "--json"]);
  expect([made.code, made.stderr]).toEqual([0, expect.any(String)]);
  const { hash, pathname } = new URL((JSON.parse(made.stdout) as { url: string }).url);
  const link = `${portal.address}${pathname}${hash}`;

  const previewer = await fetch(link);
  expect(previewer.status).toBe(200);
  const page = await visit(browser);
  const sent: string[] = [];
  page.on("request", (request) => sent.push(request.url()));
  await page.goto(link);
  await look(page, info, "link");
  expect(page.url()).not.toContain(hash);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(accountOf(page)).toHaveAccessibleName("Account of Person ana");
  expect(sent.filter((url) => url.includes(hash.slice(1)))).toEqual([]);

  const again = await visit(browser);
  await again.goto(link);
  await again.getByRole("button", { name: "Sign in" }).click();
  await expect(again.getByRole("main")).toContainText("was used already");
  await again.goto("/");
  await expect(again).toHaveURL(/\/sign-in/);
});
