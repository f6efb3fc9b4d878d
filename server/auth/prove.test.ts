import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { createEmulator, type Emulator } from "emulate";
import { afterAll, beforeAll, expect, test } from "vitest";
import { accounts, sessions } from "#db/schema/identity.ts";
import type { Db } from "#db/types.ts";
import { systemActor } from "#server/core/actor.ts";
import { signInRoutesWith } from "#server/http/sign-in.ts";
import type { SaveProvider } from "#server/identity/providers/inputs.ts";
import { saveProvider } from "#server/identity/providers/save-provider.ts";
import { as, copyDatabase, type DatabaseCopy } from "#server/testing/database.ts";
import { testKeyring } from "#server/testing/keyring.ts";
import { startOpenidProvider, type TestProvider } from "#server/testing/openid-provider.ts";
import { serveRoutes } from "#server/testing/serve-routes.ts";
import { makeVisitor, type Visitor } from "#server/testing/sign-in-journey.ts";
import { resolveActor } from "./resolve-actor.ts";
import { makeSignInTools, type SignInTools } from "./sign-in-tools.ts";
import { testProvider } from "./test-provider.ts";

let copy: DatabaseCopy;
let db: Db;
let portal: { address: string; close: () => Promise<void> };
let company: TestProvider;
let github: Emulator;
let tools: SignInTools;
const githubSecret = randomUUID();

const common = { clientId: "milepost", admits: "everyone" as const, privateRanges: ["127.0.0.0/8"] };
let githubSettings: SaveProvider["settings"];

beforeAll(async () => {
  copy = await copyDatabase();
  db = copy.pool.db;
  portal = await serveRoutes(
    db,
    signInRoutesWith(() => tools),
  );
  tools = makeSignInTools({ MILEPOST_URL: portal.address, NO_PROXY: [] }, () => testKeyring);
  company = await startOpenidProvider([`${portal.address}/api/auth/callback/company`]);
  github = await createEmulator({
    service: "github",
    port: 0,
    seed: {
      github: {
        users: [{ login: "octo", name: "Octo Cat", email: "octo@example.com" }, { login: "stranger" }],
        orgs: [{ login: "Acme", members: [{ login: "octo", role: "member" }] }],
        oauth_apps: [
          {
            client_id: "milepost",
            client_secret: githubSecret,
            name: "Milepost",
            redirect_uris: [`${portal.address}/api/auth/callback/github`],
          },
        ],
      },
    },
  });
  const url = github.url.replace("localhost", "127.0.0.1");
  githubSettings = {
    ...common,
    protocol: "github",
    issuer: url,
    apiUrl: url,
    scopes: ["read:org"],
    organizations: ["acme"],
  };
  const setup = as(db, systemActor("Setup"));
  await saveProvider(
    setup,
    { slug: "github", name: "GitHub", clientSecret: githubSecret, settings: githubSettings },
    testKeyring,
  );
  await saveProvider(
    setup,
    {
      slug: "company",
      name: "Company",
      clientSecret: company.clientSecret,
      settings: { ...common, protocol: "openid", issuer: company.issuer, scopes: ["openid", "profile"] },
    },
    testKeyring,
  );
});
afterAll(async () => {
  await portal?.close();
  await company?.stop();
  await github?.close();
  await copy?.drop();
});

/** Through the emulator's page, on which one chooses who one is. */
async function throughGithub(visitor: Visitor, location: string, login: string): Promise<Response> {
  const page = await (await visitor.get(location)).text();
  const sent = new URL(location);
  expect(page).toContain(login);
  const form = new URLSearchParams({
    login,
    redirect_uri: sent.searchParams.get("redirect_uri") ?? "",
    scope: sent.searchParams.get("scope") ?? "",
    state: sent.searchParams.get("state") ?? "",
    client_id: sent.searchParams.get("client_id") ?? "",
  });
  const chosen = await fetch(new URL("/login/oauth/callback", location), {
    method: "POST",
    body: form,
    redirect: "manual",
  });
  return visitor.get(chosen.headers.get("location") ?? "");
}

const begin = async (visitor: Visitor, slug: string) =>
  (await visitor.get(`${portal.address}/api/auth/sign-in/${slug}`)).headers.get("location") ?? "";

const prove = async (visitor: Visitor, slug: string, purpose: "link" | "confirm") => {
  const answer = await visitor.post(`${portal.address}/api/auth/prove/${slug}`, {
    purpose,
    returnTo: "/account",
  });
  return { status: answer.status, ...((await answer.json()) as { location: string }) };
};

async function signInAtCompany(visitor: Visitor, login: string): Promise<void> {
  const sent = new URL(await begin(visitor, "company"));
  visitor.cookies.delete(company.issuer);
  sent.searchParams.set("login_hint", login);
  const back = await visitor.follow(sent.href, `${portal.address}/api/auth/callback/`);
  expect((await visitor.get(back.url)).headers.get("location")).toBe("/");
}

/** At the provider one signs in anew, as somebody. */
async function proveAtCompany(visitor: Visitor, location: string, login: string): Promise<string> {
  const sent = new URL(location);
  visitor.cookies.delete(company.issuer);
  sent.searchParams.set("login_hint", login);
  const back = await visitor.follow(sent.href, `${portal.address}/api/auth/callback/`);
  return (await visitor.get(back.url)).headers.get("location") ?? "";
}

const actorOf = (visitor: Visitor) =>
  resolveActor(db, { cookie: visitor.cookie(portal.address), authorization: null }, new Date());

test("GitHub: the numeric id is the subject, organisations and teams are groups", async () => {
  const visitor = makeVisitor();
  const { headers } = await throughGithub(visitor, await begin(visitor, "github"), "octo");
  // The emulator knows no /user/teams, as a server that may not be asked: told, and no reason to refuse.
  expect(headers.get("location")).toBe("/account?notice=groups&next=%2F");
  const [account] = await db.select().from(accounts).where(eq(accounts.login, "octo"));
  expect(account).toMatchObject({ issuer: new URL(githubSettings.issuer).origin, name: "Octo Cat" });
  expect(account?.subject).toMatch(/^\d+$/);
  expect(await actorOf(visitor)).toMatchObject({ kind: "user", name: "Octo Cat" });
});

test("GitHub: who is in none of the organisations does not get in", async () => {
  const visitor = makeVisitor();
  const { headers } = await throughGithub(visitor, await begin(visitor, "github"), "stranger");
  expect(headers.get("location")).toBe("/sign-in?failure=not-admitted&provider=github");
});

test("linking needs a sign-in at both, and then either account is the same person", async () => {
  const visitor = makeVisitor();
  expect((await prove(visitor, "company", "link")).status).toBe(401);
  await throughGithub(visitor, await begin(visitor, "github"), "octo");
  const { location } = await prove(visitor, "company", "link");
  expect(new URL(location).searchParams.get("prompt")).toBe("login");
  expect(await proveAtCompany(visitor, location, "ana")).toBe("/account");
  const octo = await actorOf(visitor);
  const other = makeVisitor();
  await signInAtCompany(other, "ana");
  const ana = await actorOf(other);
  expect(ana.kind === "user" && octo.kind === "user" && ana.id === octo.id).toBe(true);
});

test("an account that is somebody else's is not linked", async () => {
  const [first, second] = [makeVisitor(), makeVisitor()];
  await signInAtCompany(first, "ben");
  await signInAtCompany(second, "cleo");
  const { location } = await prove(second, "company", "link");
  expect(await proveAtCompany(second, location, "ben")).toContain("/account?failure=account-taken");
  expect(await actorOf(second)).toMatchObject({ name: "Person cleo" });
});

test("a link that is finished after signing out, or as somebody else, links nothing", async () => {
  const visitor = makeVisitor();
  await signInAtCompany(visitor, "dan");
  const { location } = await prove(visitor, "github", "link");
  await signInAtCompany(visitor, "ana");
  const { headers } = await throughGithub(visitor, location, "octo");
  expect(headers.get("location")).toContain("/account?failure=expired");
});

test("confirming needs the same person and gives the session a new moment and a new token", async () => {
  const visitor = makeVisitor();
  await signInAtCompany(visitor, "eva");
  const before = await actorOf(visitor);
  if (before.kind !== "user") throw new Error("Not signed in");
  const long = new Date(Date.now() - 3_600_000);
  await db.update(sessions).set({ authenticatedAt: long }).where(eq(sessions.id, before.session!.id));
  const token = visitor.cookie(portal.address);

  const wrong = await prove(visitor, "company", "confirm");
  expect(await proveAtCompany(visitor, wrong.location, "fay")).toContain("failure=other-account");
  expect((await actorOf(visitor)) as object).toMatchObject({ session: { authenticatedAt: long } });

  const { location } = await prove(visitor, "company", "confirm");
  expect(await proveAtCompany(visitor, location, "eva")).toBe("/account");
  const after = await actorOf(visitor);
  expect(after.kind === "user" && after.id === before.id && after.session!.authenticatedAt > long).toBe(true);
  expect(visitor.cookie(portal.address)).not.toBe(token);
});

test("a provider that does not ask to sign in anew confirms nothing", async () => {
  const visitor = makeVisitor();
  await signInAtCompany(visitor, "gus");
  const cases: [string, (claims: Record<string, unknown>) => Record<string, unknown>][] = [
    ["says nothing of when", ({ auth_time: _, ...claims }) => claims],
    [
      "says that it was long ago",
      (claims) => ({ ...claims, auth_time: Math.floor(Date.now() / 1000) - 3_600 }),
    ],
  ];
  for (const [, change] of cases) {
    company.tampering = { token: (header, claims) => ({ header, claims: change(claims) }) };
    const { location } = await prove(visitor, "company", "confirm");
    expect(await proveAtCompany(visitor, location, "gus")).toContain("failure=not-fresh");
  }
  company.tampering = {};
});

test("signing out at the provider leads to its own page, with the way back", async () => {
  const { headers } = await makeVisitor().get(`${portal.address}/api/auth/provider-sign-out/company`);
  const url = new URL(headers.get("location") ?? "");
  expect([url.origin, url.searchParams.get("client_id")]).toEqual([company.issuer, "milepost"]);
  for (const slug of ["github", "nobody"]) {
    const answer = await makeVisitor().get(`${portal.address}/api/auth/provider-sign-out/${slug}`);
    expect(answer.headers.get("location")).toBe("/sign-in?signed-out=here");
  }
});

const stateOf = (checks: { name: string; state: string }[]) =>
  Object.fromEntries(checks.map(({ name, state }) => [name, state]));

test("a test of settings says what is wrong before they are saved", async () => {
  const settings = { ...common, protocol: "openid", issuer: company.issuer, scopes: ["openid"] } as never;
  const redirectUri = `${portal.address}/api/auth/callback/company`;
  const { outside } = tools.reach({
    id: "test",
    settings: { privateRanges: common.privateRanges, ca: null } as never,
  });
  const run = (changed: object, clientSecret: string | null, uri = redirectUri) =>
    testProvider(
      { settings: { ...(settings as object), ...changed } as never, clientSecret, redirectUri: uri },
      outside,
    );

  const fine = await run({}, company.clientSecret);
  expect(stateOf(fine.checks)).toEqual({
    Discovery: "passed",
    Endpoints: "passed",
    Keys: "passed",
    Client: "passed",
    "Redirect URI": "passed",
  });
  expect(stateOf((await run({}, "wrong")).checks).Client).toBe("failed");
  expect(stateOf((await run({ clientId: "other" }, company.clientSecret)).checks).Client).toBe("failed");
  expect(stateOf((await run({}, company.clientSecret, `${redirectUri}x`)).checks)["Redirect URI"]).toBe(
    "failed",
  );
  expect(stateOf((await run({ scopes: ["openid", "nonsense"] }, company.clientSecret)).checks).Scopes).toBe(
    "warning",
  );
  expect(stateOf((await run({ issuer: `${company.issuer}/else` }, null)).checks)).toEqual({
    Discovery: "failed",
  });

  company.tampering = { answer: (path) => (path === "/jwks" ? { body: '{"keys":[]}' } : null) };
  expect(stateOf((await run({}, company.clientSecret)).checks).Keys).toBe("failed");
  company.tampering = {};
});

test("a test of GitHub settings tells a wrong secret from a right one", async () => {
  const { outside } = tools.reach({
    id: "test",
    settings: { privateRanges: common.privateRanges, ca: null } as never,
  });
  const run = (clientSecret: string) =>
    testProvider(
      { settings: githubSettings as never, clientSecret, redirectUri: `${portal.address}/x` },
      outside,
    );
  expect(stateOf((await run(githubSecret)).checks)).toMatchObject({ Client: "passed" });
  expect(stateOf((await run("wrong")).checks)).toMatchObject({ Client: "failed" });
});
