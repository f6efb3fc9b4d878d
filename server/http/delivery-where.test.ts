import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { describe, expect } from "vitest";
import type { Db } from "#db/types.ts";
import { makeBadge } from "#server/delivery/badges/make-badge.ts";
import { revokeBadge } from "#server/delivery/badges/revoke-badge.ts";
import { createToken } from "#server/identity/create-token.ts";
import { askRest } from "#server/testing/ask.ts";
import { as, test } from "#server/testing/database.ts";
import { importServices } from "#server/testing/figures.ts";

const nobody = { cookie: null, authorization: null };
const reader = async (db: Db) => {
  const name = `A reader ${randomUUID()}`;
  const { token } = await createToken(as(db), { name, role: "developer", scopes: ["read"] });
  return { cookie: null, authorization: `Bearer ${token}` };
};

describe("where, by REST", () => {
  test("says in a sentence what is missing or cannot be read, and what is not known", async ({ db }) => {
    const carried = await reader(db);
    const get = async (path: string) => {
      const { status, text } = await askRest(db, carried, {
        method: "GET",
        path: `/api/v1/delivery/${path}`,
      });
      return [status, JSON.parse(text).error?.message ?? JSON.parse(text).message ?? text];
    };
    expect(await get("where")).toEqual([400, expect.stringContaining("sha=")]);
    expect(await get("where?sha=12")).toEqual([400, expect.stringContaining("seven characters")]);
    expect(await get("where?sha=%27;drop")).toEqual([400, expect.stringContaining("seven characters")]);
    expect(await get("where?sha=1234567&pull=1")).toEqual([400, expect.stringContaining("not with both")]);
    expect(await get("where?repository=acme/shop&pull=x")).toEqual([400, expect.stringContaining("pull")]);
    expect(await get("where?sha=1234567")).toEqual([404, expect.stringContaining("1234567")]);
    expect(await get("around?ref=component:default/nothing")).toEqual([404, expect.any(String)]);
    expect(await get("around?ref=a&depth=9")).toEqual([400, expect.stringContaining("depth")]);
    expect(await get("timeline?cursor=x")).toEqual([400, expect.any(String)]);
    expect(await get("timeline?scope=person&ref=a")).toEqual([400, expect.any(String)]);
  });

  test("a badge is an image for anybody, other sites and caches included, until it is revoked", async ({
    db,
  }) => {
    await importServices(db, { badge: "payments" });
    const entityRef = "component:default/badge";
    const made = await makeBadge(as(db), { entityRef, kind: "frequency" });
    const get = () => askRest(db, nobody, { method: "GET", path: made.path });
    const badge = await get();
    expect(badge.status).toBe(200);
    expect(badge.headers).toEqual({
      "content-type": "image/svg+xml; charset=utf-8",
      "cache-control": "public, max-age=300",
      "cross-origin-resource-policy": "cross-origin",
    });
    expect(badge.text).toMatch(/^<svg .*aria-label="deployments: not known"/);
    await revokeBadge(as(db), made);
    expect(await get()).toMatchObject({ status: 404, text: expect.stringContaining("badge: not found") });
  });

  test("badges are limited by address", async ({ db }) => {
    await askRest(db, nobody, { method: "GET", path: "/badges/none.svg" });
    await db.execute(sql`update rate_limits set count = 1200 where key like 'badge %'`);
    const { status } = await askRest(db, nobody, { method: "GET", path: "/badges/none.svg" });
    expect(status).toBe(429);
    await db.execute(sql`delete from rate_limits where key like 'badge %'`);
  });
});
