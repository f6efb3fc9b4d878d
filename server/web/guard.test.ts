import { describe, expect, test } from "vitest";
import { type Guarded, refusalFor } from "./guard.ts";

const page: Guarded = {
  method: "GET",
  path: "/",
  host: "127.0.0.1:3000",
  origin: undefined,
  contentType: undefined,
  hasBearer: false,
  headerNames: ["host", "accept"],
  fetchSite: undefined,
  fetchMode: undefined,
  fetchDest: undefined,
};
const write: Guarded = {
  ...page,
  method: "POST",
  path: "/api/trpc/x",
  origin: "http://127.0.0.1:3000",
  contentType: "application/json",
};
const evaluation = { mode: "evaluation", port: 3000 } as const;
const production = { mode: "production", port: 3000, publicUrl: "https://portal.example.com/" } as const;

describe("an evaluation", () => {
  test.each(["127.0.0.1:3000", "localhost:3000", "LOCALHOST:3000", "[::1]:3000"])("answers at %s", (host) => {
    expect(refusalFor({ ...page, host }, evaluation)).toBeNull();
  });

  test.each([
    "evil.example.com",
    "evil.example.com:3000",
    "127.0.0.1:3001",
    "127.0.0.1",
    "localhost.evil.example:3000",
    "0.0.0.0:3000",
    undefined,
  ])("refuses the Host %s", (host) => {
    expect(refusalFor({ ...page, host }, evaluation)).toMatchObject({ status: 421 });
  });

  test.each(["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"])(
    "refuses what came through a proxy (%s)",
    (name) => {
      const refused = refusalFor({ ...page, headerNames: ["host", name] }, evaluation);
      expect(refused).toMatchObject({ status: 421 });
      expect(refused?.message).toContain(name);
    },
  );
});

describe("writes with a cookie's authority", () => {
  test("need the exact Origin and JSON", () => {
    expect(refusalFor(write, evaluation)).toBeNull();
    expect(
      refusalFor({ ...write, host: "localhost:3000", origin: "http://localhost:3000" }, evaluation),
    ).toBeNull();
    expect(refusalFor({ ...write, contentType: "application/json; charset=utf-8" }, evaluation)).toBeNull();
  });

  test.each([
    undefined,
    "null",
    "http://127.0.0.1:3001",
    "https://127.0.0.1:3000",
    "http://localhost:3000",
    "http://127.0.0.1:3000.evil.example",
  ])("refuse the Origin %s", (origin) => {
    expect(refusalFor({ ...write, origin }, evaluation)).toMatchObject({ status: 403 });
  });

  test.each([
    undefined,
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/jsonp",
  ])("refuse the content type %s", (contentType) => {
    expect(refusalFor({ ...write, contentType }, evaluation)).toMatchObject({ status: 415 });
  });

  test.each(["PUT", "DELETE", "PATCH", "post"])("hold for %s too", (method) => {
    expect(refusalFor({ ...write, method, origin: undefined }, evaluation)).toMatchObject({ status: 403 });
  });
});

test("a bearer token and a webhook carry no cookie's authority, so they need no Origin", () => {
  expect(refusalFor({ ...write, origin: undefined, hasBearer: true }, evaluation)).toBeNull();
  expect(refusalFor({ ...write, origin: undefined, path: "/api/webhooks/github" }, evaluation)).toBeNull();
  // Taken with a token, and so with a session: not from another site.
  expect(
    refusalFor({ ...write, origin: undefined, path: "/api/webhooks/cdevents" }, evaluation)?.status,
  ).toBe(403);
});

describe("production", () => {
  const asked = { ...write, host: "portal.example.com", origin: "https://portal.example.com" };

  test("answers at its public address, and lets only that write", () => {
    expect(refusalFor(asked, production)).toBeNull();
    expect(refusalFor({ ...asked, host: "PORTAL.example.com:443" }, production)).toBeNull();
    expect(refusalFor({ ...asked, origin: "http://portal.example.com" }, production)).toMatchObject({
      status: 403,
    });
  });

  test.each([
    "127.0.0.1:3000",
    "localhost",
    "portal.example.com:80",
    "portal.example.com.evil.example",
    "evil.example@portal.example.com:1",
    "",
    undefined,
  ])("refuses the Host %s", (host) => {
    const refused = refusalFor({ ...asked, host }, production);
    expect(refused).toMatchObject({ status: 421 });
    expect(refused?.message).toContain("https://portal.example.com");
  });

  test("lets probes ask by any name", () => {
    expect(refusalFor({ ...page, path: "/api/health/ready", host: "10.0.0.7:3000" }, production)).toBeNull();
  });

  test.each([undefined, "http://portal.example.com/"])(
    "answers nobody with the public address %s",
    (publicUrl) => {
      const settings = { mode: "production", port: 3000, ...(publicUrl ? { publicUrl } : {}) } as const;
      expect(refusalFor(page, settings)).toMatchObject({
        status: 503,
        message: expect.stringContaining("MILEPOST_URL"),
      });
    },
  );
});

describe("what another site causes", () => {
  const link = { ...page, fetchSite: "cross-site", fetchMode: "navigate", fetchDest: "document" };

  test("is answered when a person follows a link, and nothing else is", () => {
    expect(refusalFor(link, evaluation)).toBeNull();
    for (const other of [
      { fetchMode: "cors", fetchDest: "empty" },
      { fetchMode: "no-cors", fetchDest: "image" },
      { fetchMode: "no-cors", fetchDest: "script" },
      { fetchDest: "iframe" },
      { fetchDest: "object" },
      { fetchSite: "same-site", fetchDest: "iframe" },
      { method: "HEAD" },
    ])
      expect(refusalFor({ ...link, ...other }, evaluation), JSON.stringify(other)).toMatchObject({
        status: 403,
      });
  });

  test("is refused as a write even with the right Origin", () => {
    expect(refusalFor({ ...write, fetchSite: "cross-site" }, evaluation)).toMatchObject({ status: 403 });
    expect(refusalFor({ ...write, fetchSite: "same-origin" }, evaluation)).toBeNull();
  });

  test("carries no cookie's authority with a bearer token", () => {
    const asked = { ...page, path: "/api/catalog/entities", fetchSite: "cross-site", fetchMode: "cors" };
    expect(refusalFor({ ...asked, hasBearer: true }, evaluation)).toBeNull();
    expect(refusalFor({ ...asked, path: "/badges/x.svg" }, evaluation)).toBeNull();
  });
});

test.each(["null", "http://127.0.0.1:3000.evil.example", "https://127.0.0.1:3000", ""])(
  "the Origin %j writes nothing",
  (origin) => {
    expect(refusalFor({ ...write, origin }, evaluation)).toMatchObject({ status: 403 });
  },
);

test("pages take no writes, and methods that nobody knows find no answer", () => {
  expect(refusalFor({ ...write, path: "/catalog" }, evaluation)).toMatchObject({ status: 405 });
  expect(refusalFor({ ...page, method: "OPTIONS" }, evaluation)).toMatchObject({ status: 405 });
  expect(refusalFor({ ...write, method: "PROPFIND" }, evaluation)).toMatchObject({ status: 405 });
});
