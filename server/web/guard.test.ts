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
});

test("in production the public address alone decides which Origin may write", () => {
  const asked = { ...write, host: "anything" };
  expect(refusalFor({ ...asked, origin: "https://portal.example.com" }, production)).toBeNull();
  expect(refusalFor({ ...asked, origin: "http://anything" }, production)).toMatchObject({ status: 403 });
});
