import { sql } from "drizzle-orm";
import { describe, expect, onTestFinished } from "vitest";
import { connections } from "#db/schema/core.ts";
import { sessions } from "#db/schema/identity.ts";
import type { Db } from "#db/types.ts";
import { sessionCookieName } from "#server/auth/cookie.ts";
import { openSecret } from "#server/connections/stored-connection.ts";
import { randomToken, sha256 } from "#server/core/crypto.ts";
import { as, test } from "#server/testing/database.ts";
import { type FakeGithub, serveFakeGithub } from "#server/testing/fake-github/fake-github.ts";
import { testKeyring } from "#server/testing/keyring.ts";
import { makeUser } from "#server/testing/people.ts";
import { serveRoutes } from "#server/testing/serve-routes.ts";
import { connectionRoutes } from "./connections.ts";

/** A signed-in admin's browser: keeps its cookies, follows nothing by itself. */
async function browser(db: Db, role: "admin" | "developer" = "admin") {
  const { address, close } = await serveRoutes(db, connectionRoutes);
  onTestFinished(close);
  const user = await makeUser(db, role);
  const token = randomToken();
  const at = new Date();
  await db.insert(sessions).values({
    tokenHash: sha256(token),
    userId: user.id,
    createdAt: at,
    authenticatedAt: at,
    expiresAt: new Date(at.getTime() + 3_600_000),
  });
  const cookies = new Map([[sessionCookieName(), token]]);
  return async (method: string, path: string, body?: object) => {
    const answer = await fetch(path.startsWith("/") ? address + path : path, {
      method,
      redirect: "manual",
      headers: {
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
        ...(body ? { "content-type": "application/json" } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value) cookies.set(name, value);
      else cookies.delete(name);
    }
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };
}

const input = (fake: FakeGithub, name: string) => ({
  name,
  webUrl: fake.webUrl,
  privateRanges: ["127.0.0.0/8"],
  organization: "acme",
  writes: ["checks"],
});

/** What the page's form holds, as a browser sends it to GitHub. */
function readForm(html: string): { action: string; manifest: Record<string, unknown> } {
  const decode = (text = "") =>
    text.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
  return {
    action: decode(/action="([^"]*)"/.exec(html)?.[1]),
    manifest: JSON.parse(decode(/name="manifest" value="([^"]*)"/.exec(html)?.[1])) as Record<
      string,
      unknown
    >,
  };
}

async function begin(db: Db, fake: FakeGithub, name: string) {
  const ask = await browser(db);
  const begun = await ask("POST", "/api/connections/app-manifest", input(fake, name));
  expect(begun.status).toBe(200);
  const page = await ask("GET", (JSON.parse(begun.text) as { path: string }).path);
  const form = readForm(page.text);
  fake.state.manifestCodes.set("code-1", form.manifest);
  const back = `/api/connections/app-made?code=code-1&state=${new URL(form.action).searchParams.get("state")}`;
  return { ask, page, form, back };
}

const connected = (db: Db, name: string) =>
  db
    .select({ id: connections.id, settings: connections.settings })
    .from(connections)
    .where(sql`name = ${name}`);

describe("a GitHub App by its manifest", () => {
  test("is made at GitHub with what was chosen, and its keys are sealed here", async ({ db }) => {
    const fake = await serveFakeGithub();
    const { ask, page, form, back } = await begin(db, fake, 'Acme & "friends"');
    expect(form.action).toMatch(new RegExp(`^${fake.webUrl}/organizations/acme/settings/apps/new\\?state=`));
    expect(form.manifest).toMatchObject({
      name: 'Acme & "friends"',
      public: false,
      default_permissions: { contents: "read", pull_requests: "read", checks: "write" },
    });
    // A portal on loopback gets no webhook: GitHub would refuse the address.
    expect(form.manifest).not.toHaveProperty("hook_attributes");
    const policy = page.headers.get("content-security-policy") ?? "";
    expect(policy).toContain(`form-action ${fake.webUrl};`);
    expect(policy).toMatch(/script-src 'sha256-[^']+'/);
    const done = await ask("GET", back);
    const [made] = await connected(db, 'Acme & "friends"');
    expect(done.headers.get("location")).toBe(`/admin/connections?made=${made?.id}`);
    expect(made?.settings).toMatchObject({ auth: "app", app: { id: String(fake.state.apps[0]?.id) } });
    for (const purpose of ["private-key", "webhook", "client-secret"] as const)
      expect(await openSecret(as(db), testKeyring, made?.id ?? "", purpose), purpose).toBeTruthy();
    // The code and the state are used up.
    expect((await ask("GET", back)).headers.get("location")).toBe(
      "/admin/connections?problem=begun-elsewhere",
    );
  });

  test("is not taken over by another browser, nor by another person", async ({ db }) => {
    const fake = await serveFakeGithub();
    const { back } = await begin(db, fake, "Stolen");
    const other = await browser(db);
    await other("POST", "/api/connections/app-manifest", input(fake, "Own"));
    expect((await other("GET", back)).headers.get("location")).toBe(
      "/admin/connections?problem=begun-elsewhere",
    );
    expect(fake.state.apps).toEqual([]);
    expect(await connected(db, "Stolen")).toEqual([]);
    const developer = await browser(db, "developer");
    expect((await developer("POST", "/api/connections/app-manifest", input(fake, "Not theirs"))).status).toBe(
      403,
    );
  });

  test("whose code is not taken is told, and can be begun again", async ({ db }) => {
    const fake = await serveFakeGithub();
    const { ask, back } = await begin(db, fake, "Late");
    fake.state.manifestCodes.clear();
    expect((await ask("GET", back)).headers.get("location")).toBe("/admin/connections?problem=not-exchanged");
    fake.state.manifestCodes.set("code-1", { name: "Late", default_permissions: {} });
    expect((await ask("GET", back)).headers.get("location")).toMatch(/\?made=/);
  });
});

test("settings that cannot be read are refused with the field", async ({ db }) => {
  const ask = await browser(db);
  const { status, text } = await ask("POST", "/api/connections/test", {
    auth: "token",
    kind: "github",
    name: "x",
    webUrl: "http://git.example.com",
    token: "x",
  });
  expect([status, JSON.parse(text)]).toEqual([400, { error: expect.objectContaining({ field: "webUrl" }) }]);
});
