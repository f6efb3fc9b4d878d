import { createServer } from "node:net";
import { expect, test } from "vitest";
import { openPool } from "#db/client.ts";
import { findDatabaseAway } from "#server/core/database-away.ts";
import { ask } from "#server/testing/ask-listener.ts";
import { servePortal } from "#server/testing/serve-portal.ts";
import { watchInstallation } from "./watch-installation.ts";

/** A port at which nothing listens any more. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test("without a database pages and interfaces answer 503 with a sentence and when to come back", async () => {
  const pool = openPool(`postgres://nobody@127.0.0.1:${await freePort()}/none`, { name: "away", max: 2 });
  const watch = watchInstallation(pool.db);
  const installation = { ...watch, mode: async () => "evaluation" as const };
  const portal = await servePortal(pool.db, { installation });
  try {
    // A request waits for the first answer for half a second only.
    await expect.poll(watch.isAnswering).toBe(false);
    const page = await ask(portal.address, "/catalog", { headers: { accept: "text/html,*/*" } });
    expect(page).toMatchObject({ status: 503, headers: { "retry-after": "5" } });
    expect(page.text).toContain("The portal cannot reach its database");
    expect(page.headers["content-type"]).toContain("text/html");
    expect(page.headers["content-security-policy"]).toMatch(/default-src 'none'.*style-src 'sha256-/);
    for (const path of [
      "/api/trpc/catalog.list?batch=1",
      "/api/v1/search?query=a",
      "/api/catalog/entities",
    ]) {
      const answer = await ask(portal.address, path, { headers: { authorization: "Bearer mp_x" } });
      expect(answer, path).toMatchObject({ status: 503, headers: { "retry-after": "5" } });
      expect(JSON.parse(answer.text), path).toMatchObject({
        error: { code: "unavailable", message: expect.stringContaining("cannot reach its database") },
      });
    }
    expect(portal.paged).toEqual([]);
    const file = await ask(portal.address, "/_next/static/x.js", {});
    expect([file.status, portal.paged.length]).toEqual([200, 1]);
  } finally {
    await portal.close();
    await pool.end();
  }
});

test("what is refused elsewhere is no sign of the database", () => {
  const refused = Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
  expect(findDatabaseAway(new TypeError("fetch failed", { cause: refused }))).toBeNull();
  expect(findDatabaseAway(new Error("a bug"))).toBeNull();
  expect(findDatabaseAway(null)).toBeNull();
});
