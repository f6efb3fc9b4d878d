import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Configuration } from "openid-client";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { makeOutside } from "#server/core/outside.ts";
import { ProviderSettings } from "#server/identity/providers/inputs.ts";
import { newProviderCache } from "#server/integrations/openid/provider-cache.ts";
import type { Proof } from "#server/integrations/openid/sign-in.ts";
import { openidProfile } from "./openid-profile.ts";

/** Microsoft Graph as far as it is asked: what it answers, and what it was asked with. */
let graph: Server;
let graphUrl: string;
let answer: { status: number; body: string };
let asked: { url: string; authorization: string; body: string }[];

beforeAll(async () => {
  graph = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => {
      body += String(part);
    });
    request.on("end", () => {
      asked.push({ url: request.url ?? "", authorization: request.headers.authorization ?? "", body });
      response.writeHead(answer.status, { "content-type": "application/json" }).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => graph.listen(0, "127.0.0.1", resolve));
  graphUrl = `http://127.0.0.1:${(graph.address() as AddressInfo).port}`;
});
afterAll(() => graph.close());
beforeEach(() => {
  asked = [];
  answer = { status: 200, body: '{"value":["g-1","g-2",7]}' };
});

const tenant = "72f988bf-86f1-41af-91ab-2d7cd011db47";
const reach = () => ({
  outside: makeOutside({ hosts: ["127.0.0.1", new URL(graphUrl).host] }),
  cache: newProviderCache(),
});
const settingsOf = (changed: object) =>
  ProviderSettings.parse({
    protocol: "entra",
    issuer: "https://login.microsoftonline.com",
    tenant,
    clientId: "milepost",
    scopes: ["openid"],
    admits: "everyone",
    groupsClaim: "groups",
    apiUrl: graphUrl,
    ...changed,
  });
const proofOf = (claims: object): Proof => ({
  claims: {
    iss: `https://login.microsoftonline.com/${tenant}/v2.0`,
    sub: "s",
    tid: tenant,
    name: "Ana",
    ...claims,
  },
  accessToken: "an access token",
});
// Nothing is asked of it while the token has a name.
const configuration = {} as Configuration;
const read = (claims: object, changed: object = {}) =>
  openidProfile(settingsOf(changed), configuration, proofOf(claims), reach());

const overage = {
  _claim_names: { groups: "src1" },
  _claim_sources: { src1: { endpoint: "https://evil.example" } },
};

test("groups stand in the token", async () => {
  expect(await read({ groups: ["g-9"] })).toMatchObject({ groups: ["g-9"], warning: null });
  expect(asked).toEqual([]);
});

test.each([overage, { hasgroups: true }, { hasgroups: "true" }])(
  "groups that are too many for the token are asked of Graph: %j",
  async (claims) => {
    expect(await read(claims)).toMatchObject({ groups: ["g-1", "g-2"], warning: null });
    expect(asked).toEqual([
      {
        url: "/v1.0/me/getMemberObjects",
        authorization: "Bearer an access token",
        body: '{"securityEnabledOnly":false}',
      },
    ]);
  },
);

test.each([
  [{ status: 403, body: "{}" }, /GroupMember\.Read\.All/],
  [{ status: 500, body: "" }, /answered 500/],
  [{ status: 200, body: "<html>" }, /no list of groups/],
])("groups that Graph does not give are unknown, with a warning: %j", async (given, words) => {
  answer = given;
  const profile = await read(overage);
  expect(profile).toMatchObject({ groups: null, warning: expect.stringMatching(words), name: "Ana" });
  expect(JSON.stringify(profile)).not.toContain("an access token");
});

test("another directory's account is refused, also where the issuer would fit", async () => {
  await expect(read({ tid: "00000000-0000-0000-0000-000000000000" })).rejects.toMatchObject({
    failure: "not-admitted",
  });
});

test("Google accounts of another domain, or of none, are refused", async () => {
  const google = {
    protocol: "google",
    issuer: "https://accounts.google.com",
    tenant: null,
    groupsClaim: null,
    hostedDomain: "acme.com",
  };
  for (const claims of [{ hd: "evil.example" }, {}, { hd: ["acme.com"] }, { email: "x@acme.com" }])
    await expect(read(claims, google)).rejects.toMatchObject({ failure: "not-admitted" });
  expect(await read({ hd: "acme.com" }, google)).toMatchObject({ name: "Ana" });
});

test("claims of odd shapes harm nothing", async () => {
  const { claims, groups, name } = await read({
    groups: ["ok", "ok", "", 7, null, { a: 1 }, "x".repeat(400), "with\u0000nul"],
    name: "A\u0000na",
    __proto__: { polluted: true },
    nested: { a: { b: "c" } },
    long: "y".repeat(5_000),
  });
  expect(groups).toEqual(["ok", "withnul"]);
  expect(name).toBe("Ana");
  expect(Object.keys(claims).sort()).toEqual(["long", "name", "sub", "tid"]);
  expect(String(claims.long)).toHaveLength(300);
});

test("a dot leads into an object, for groups and for the person", async () => {
  const profile = await read(
    { realm_access: { roles: ["admins"] }, hr: { number: "E-17" } },
    {
      protocol: "openid",
      tenant: null,
      groupsClaim: "realm_access.roles",
      personClaim: "hr.number",
      personAnnotation: "acme.com/number",
    },
  );
  expect(profile).toMatchObject({ groups: ["admins"], claims: { "hr.number": "E-17" } });
});
