import { expect, test } from "vitest";
import { isOpenBeforeSetup } from "./setup-gate.ts";

test.each([
  "/setup",
  "/api/setup/open",
  "/api/auth/callback/company",
  "/api/health/ready",
  "/api/webhooks/github",
  "/api/trpc/setup.state",
  "/api/trpc/setup.state,installation.current",
  "/_next/static/chunks/main.js",
])("%s answers before the setup is finished", (path) => {
  expect(isOpenBeforeSetup(path)).toBe(true);
});

test.each([
  "/",
  "/sign-in",
  "/catalog",
  "/setup/../catalog",
  "/setupx",
  "/api/trpc/catalog.list",
  "/api/trpc/setup.state,catalog.list",
  "/api/trpc/setup.state%2Ccatalog.list",
  "/api/trpc/xsetup.state",
  "/api/trpc/",
  "/api/trpc/setup.state,",
  "/api/catalog/entities/by-query",
  "/api/v1/catalog/entities.csv",
  "/api/scim/v2/Users",
])("%s does not", (path) => {
  expect(isOpenBeforeSetup(path)).toBe(false);
});
