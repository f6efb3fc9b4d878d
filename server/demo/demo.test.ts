import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { installation } from "#db/schema/core.ts";
import { sessions, users } from "#db/schema/identity.ts";
import { readHistory } from "#db/seed/history.ts";
import type { Db } from "#db/types.ts";
import { systemActor } from "#server/core/actor.ts";
import { sha256 } from "#server/core/crypto.ts";
import { makeOutside } from "#server/core/outside.ts";
import { ListDeployments } from "#server/delivery/inputs.ts";
import { projectDue } from "#server/delivery/projection/project-due.ts";
import { readDeployments, readLastDeployments } from "#server/delivery/reads/deployments.ts";
import { readIncidents } from "#server/delivery/reads/incidents.ts";
import { readServiceDelivery } from "#server/delivery/reads/service.ts";
import { readUnmatchedDeployments } from "#server/delivery/reads/unmatched.ts";
import { readWeeklyDeployments } from "#server/delivery/reads/weekly.ts";
import { readDemoPeople } from "#server/identity/read.ts";
import { as, test } from "#server/testing/database.ts";
import { testKeyring } from "#server/testing/keyring.ts";
import { person } from "#server/testing/people.ts";
import { workInbox } from "#server/testing/signed-webhooks.ts";
import { deploy } from "#server/testing/world/deployments.ts";
import { demoFolder, removeDemoFiles } from "./demo-files.ts";
import { readDemo } from "./demo-record.ts";
import { liveOn } from "./live-on.ts";
import { loadDemo } from "./load-demo.ts";
import { readDemoStatus } from "./read.ts";
import { removeDemo } from "./remove-demo.ts";
import { requestDemo } from "./request-demo.ts";

const loadedAt = new Date("2026-11-18T12:00:00Z");
let dataDir = "";
beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), "milepost-demo-"));
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const at = (db: Db, moment = loadedAt) => as(db, systemActor("Demo"), moment);
const load = (db: Db, signal?: AbortSignal) =>
  loadDemo({
    ctx: at(db),
    outside: makeOutside({ hosts: [] }),
    keyring: testKeyring,
    dataDir,
    ...(signal ? { signal } : {}),
  });

async function count(db: Db, table: string, where = "true"): Promise<number> {
  const [row] = await db.execute<{ count: number }>(
    sql.raw(`select count(*)::int as count from ${table} where ${where}`),
  );
  return row?.count ?? 0;
}

describe("the demo organisation", () => {
  test("goes on where its loading was broken off, and is there once", async ({ db }) => {
    await db.insert(installation).values({ mode: "evaluation" });
    await deploy(at(db), "acme/real");
    await workInbox(at(db));
    await requestDemo(at(db));
    // The people can sign in before anything is loaded.
    expect((await readDemoPeople(at(db))).map(({ title }) => title)).toHaveLength(6);
    const stop = new AbortController();
    const watch = setInterval(() => {
      void readDemoStatus(at(db)).then(({ progress }) => {
        if ((progress?.done ?? 0) > 1_500) stop.abort();
      });
    }, 20);
    await expect(load(db, stop.signal)).rejects.toThrow();
    clearInterval(watch);
    const broken = await readDemoStatus(at(db));
    expect(broken).toMatchObject({ state: "loading", failure: null });
    expect(broken.progress?.done).toBeGreaterThan(1_500);
    await requestDemo(at(db));
    await load(db);
    expect(await readDemoStatus(at(db))).toEqual({ state: "loaded", progress: null, failure: null });
    const events = readHistory(loadedAt, loadedAt);
    expect(await count(db, "webhook_deliveries", "is_demo")).toBe(events.length);
    expect(await count(db, "webhook_deliveries", "state not in ('done', 'ignored')")).toBe(0);
    expect(await count(db, "webhook_deliveries", "is_demo and attempts <> 1")).toBe(0);
    await load(db);
    await requestDemo(at(db));
    expect(await count(db, "webhook_deliveries", "is_demo")).toBe(events.length);
    expect(await count(db, "users")).toBe(6);
  });

  test("tells the story of Checkout on its page", async ({ db }) => {
    await projectDue(at(db), () => false);
    const ctx = as(db, person("developer"), loadedAt);
    const entityRef = "component:default/checkout";
    const { items } = await readDeployments(ctx, ListDeployments.parse({ entityRef, tier: "production" }));
    const broken = items.findIndex(({ brokeAt }) => brokeAt !== null);
    const [after, bad, before] = [items[broken - 1], items[broken], items[broken + 1]];
    expect([after?.kind, bad?.kind, bad?.outcome]).toEqual(["rollback", "forward", "success"]);
    expect(after?.sha).toBe(before?.sha);
    const incidents = await readIncidents(ctx, { entityRef, limit: 5 });
    expect(incidents.items[0]).toMatchObject({
      namedSha: bad?.sha,
      severity: "1",
      closedAt: expect.any(Date),
    });
    const { weeks } = await readWeeklyDeployments(ctx, { entityRef, tier: "production" });
    expect(weeks.every(({ total }) => total !== null)).toBe(true);
  });

  test("has a leaver's services, a repository of five services and a young team with gaps", async ({
    db,
  }) => {
    const ctx = as(db, person("platform"), loadedAt);
    const orphaned = await db.execute<{ ref: string; gone: boolean }>(sql`
      select e.ref, o.file_gone_at is not null as gone from entities e join entities o on o.ref = e.owner_ref
      where e.owner_ref = 'user:default/jonas.weber' order by e.ref`);
    expect(orphaned.map(({ ref, gone }) => [ref, gone])).toEqual([
      ["component:default/carrier-rates", true],
      ["component:default/label-printer", true],
      ["component:default/stock-sync", true],
    ]);
    const five = ["cart", "reviews", "storefront-gateway", "storefront-web", "wishlist"];
    const refs = five.map((name) => `component:default/${name}`);
    const last = await readLastDeployments(ctx, { refs });
    expect(last.map(({ ref }) => ref).sort()).toEqual(refs);
    expect(new Set(last.map(({ deployment }) => deployment.repository))).toEqual(
      new Set(["northlight/storefront"]),
    );
    const young = await readServiceDelivery(ctx, { entityRef: "component:default/returns-desk" });
    expect(young).toMatchObject({
      state: "connected",
      environments: [],
      reason: expect.stringContaining("northlight/returns-desk arrive"),
    });
    const { weeks } = await readWeeklyDeployments(ctx, {
      entityRef: "component:default/returns-desk",
      tier: "production",
    });
    expect(weeks.slice(-6).map(({ total }) => total)).toEqual([null, 0, 0, 0, 0, 0]);
    const unmatched = await readUnmatchedDeployments(ctx, { limit: 50 });
    expect(unmatched.items.map(({ repository }) => repository)).toEqual(["acme/real"]);
  });

  test("lives on while the portal runs, and makes up for the time that it was off", async ({ db }) => {
    const before = await count(db, "webhook_deliveries", "is_demo");
    const later = (hours: number) => at(db, new Date(loadedAt.getTime() + hours * 3_600_000));
    expect(await liveOn(at(db), { keyring: testKeyring })).toBe(0);
    await liveOn(later(1), { keyring: testKeyring });
    await liveOn(later(50), { keyring: testKeyring });
    expect(await liveOn(later(50), { keyring: testKeyring })).toBe(0);
    const missed = readHistory(loadedAt, later(50).now()).length - before;
    expect(missed).toBeGreaterThan(100);
    expect(await count(db, "webhook_deliveries", "is_demo")).toBe(before + missed);
    // Ten weeks off: bounded runs, until nothing is missing.
    const long = later(24 * 70);
    for (let runs = 0; runs < 60; runs += 1) {
      const { record } = await readDemo(at(db));
      if (record?.livedUntil?.getTime() === long.now().getTime()) break;
      expect(await liveOn(long, { keyring: testKeyring })).toBeLessThanOrEqual(520);
    }
    expect(await count(db, "webhook_deliveries", "is_demo")).toBe(readHistory(loadedAt, long.now()).length);
  });

  test("is removed only by who runs the portal", async ({ db }) => {
    for (const role of ["developer", "leader"] as const)
      await expect(removeDemo(as(db, person(role)))).rejects.toMatchObject({ code: "forbidden" });
    expect((await readDemoStatus(at(db))).state).toBe("loaded");
  });

  test("is removed with all that is its own, and nothing else", async ({ db }) => {
    const found = await db.select({ id: users.id, role: users.role }).from(users);
    const platform = found.find(({ role }) => role === "platform")!;
    for (const { id } of found)
      await db
        .insert(sessions)
        .values({ userId: id, tokenHash: sha256(id), expiresAt: new Date("2030-01-01") });
    const removed = await removeDemo(as(db, { ...person("platform"), id: platform.id }));
    expect(removed).toMatchObject({
      isSignedOut: true,
      note: expect.stringContaining("sign in as the evaluation's admin"),
    });
    expect(await readDemoStatus(at(db))).toMatchObject({ state: "removed" });
    for (const table of [
      "webhook_deliveries",
      "repositories",
      "connections",
      "locations",
      "entities",
      "events",
    ])
      expect([table, await count(db, table, "is_demo")]).toEqual([table, 0]);
    expect(await count(db, "deployments")).toBe(1);
    expect(await count(db, "webhook_deliveries")).toBe(2);
    expect(await count(db, "entity_fields")).toBe(0);
    const left = await db
      .select({ name: users.name, role: users.role, ref: users.personRef, id: users.id })
      .from(users);
    expect(left).toMatchObject([{ name: "Evaluation admin", role: "admin", ref: null }]);
    expect(await db.select({ user: sessions.userId }).from(sessions)).toEqual([{ user: left[0]?.id }]);
    expect(await readDemoPeople(at(db))).toMatchObject([{ title: "Admin of this evaluation" }]);
    await removeDemoFiles(dataDir);
    expect(existsSync(demoFolder(dataDir))).toBe(false);
    await expect(removeDemo(as(db, person("admin")))).rejects.toThrow("was removed already");
  });

  test("stays away once it was removed", async ({ db }) => {
    await requestDemo(at(db));
    await load(db);
    expect(await liveOn(at(db, new Date("2026-12-01")), { keyring: testKeyring })).toBe(0);
    expect((await readDemoStatus(at(db))).state).toBe("removed");
    expect(await db.select().from(users).where(eq(users.isDemo, true))).toHaveLength(1);
  });
});
