import { describe, expect } from "vitest";
import { DomainError } from "#server/core/errors.ts";
import { createToken } from "#server/identity/create-token.ts";
import { as, test } from "#server/testing/database.ts";
import { makeUser } from "#server/testing/people.ts";
import { type HttpRoute, json } from "./route.ts";
import { answerRoute, makeMatcher } from "./router.ts";

const handle: HttpRoute["handle"] = async (_, request) => json(200, request.params);
const routes: HttpRoute[] = [
  { method: "GET", path: "/api/things/:kind/:name", access: "signed in", handle },
  { method: "POST", path: "/api/things", access: "role: platform", handle },
  { method: "POST", path: "/api/things/by-query", access: "signed in", isRead: true, handle },
  {
    method: "GET",
    path: "/api/broken",
    access: "anyone",
    handle: () => Promise.reject(new Error("a secret detail")),
  },
  {
    method: "GET",
    path: "/api/foreign",
    access: "anyone",
    errorStyle: "backstage",
    handle: () => Promise.reject(new DomainError("not_found", "No such thing")),
  },
];
const match = makeMatcher(routes);

describe("matching", () => {
  test("decodes parameters and knows a wrong method from a wrong path", () => {
    expect(match("GET", "/api/things/component/a%2Fb")).toMatchObject({
      params: { kind: "component", name: "a/b" },
    });
    expect(match("HEAD", "/api/things/component/a")).toMatchObject({ params: { name: "a" } });
    expect(match("DELETE", "/api/things/component/a")).toBe("wrong method");
    expect(match("GET", "/api/things/component/a/b")).toBeNull();
    expect(() => match("GET", "/api/things/component/%E0%A4%A")).toThrow("cannot be read");
  });
});

async function ask(db: Parameters<typeof as>[0], method: string, path: string, authorization?: string) {
  const matched = match(method, path);
  if (!matched || matched === "wrong method") throw new Error("no such route in this test");
  const bugs: unknown[] = [];
  const answer = await answerRoute(
    { db, now: () => new Date(), reportBug: (error) => bugs.push(error) },
    matched,
    {
      method,
      url: new URL(path, "http://localhost"),
      headers: new Headers(authorization ? { authorization } : {}),
      requestId: "r-1",
      address: null,
      readJson: async () => ({}),
    },
  );
  return { status: answer.status, body: JSON.parse(String(answer.body)), bugs };
}

describe("access", () => {
  test("follows session or token, scope and role", async ({ db }) => {
    const admin = as(db, await makeUser(db, "admin"));
    const make = async (role: "developer" | "platform", scopes: ("read" | "write" | "metrics")[]) =>
      `Bearer ${(await createToken(admin, { name: `${role} ${scopes}`, role, scopes })).token}`;
    const reader = await make("developer", ["read"]);
    const writer = await make("platform", ["write"]);
    const measurer = await make("platform", ["metrics"]);
    const read = "/api/things/component/a";
    expect(await ask(db, "GET", read)).toMatchObject({ status: 401 });
    expect(await ask(db, "GET", read, "Bearer mp_wrong")).toMatchObject({ status: 401 });
    expect(await ask(db, "GET", read, reader)).toMatchObject({ status: 200 });
    expect(await ask(db, "GET", read, measurer)).toMatchObject({
      status: 403,
      body: { error: { code: "forbidden" } },
    });
    expect(await ask(db, "POST", "/api/things", reader)).toMatchObject({ status: 403 });
    expect(await ask(db, "POST", "/api/things", writer)).toMatchObject({ status: 200 });
    expect(await ask(db, "POST", "/api/things/by-query", reader)).toMatchObject({ status: 200 });
    expect(await ask(db, "POST", "/api/things/by-query", writer)).toMatchObject({ status: 403 });
  });
});

describe("errors", () => {
  test("a bug leaves as a request id and nothing more, and is reported", async ({ db }) => {
    const answer = await ask(db, "GET", "/api/broken");
    expect(answer).toMatchObject({
      status: 500,
      body: { error: { code: "internal", message: "Something went wrong", requestId: "r-1" } },
    });
    expect(JSON.stringify(answer.body)).not.toContain("secret detail");
    expect(answer.bugs).toHaveLength(1);
  });

  test("Backstage's routes answer in Backstage's shape", async ({ db }) => {
    expect(await ask(db, "GET", "/api/foreign")).toMatchObject({
      status: 404,
      body: {
        error: { name: "NotFoundError", message: "No such thing" },
        request: { method: "GET", url: "/api/foreign" },
        response: { statusCode: 404 },
      },
    });
  });
});
