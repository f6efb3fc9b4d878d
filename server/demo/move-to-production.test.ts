import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect } from "vitest";
import { connections, events, installation } from "#db/schema/core.ts";
import { groupRoles, users } from "#db/schema/identity.ts";
import type { Db } from "#db/types.ts";
import { inTransaction } from "#server/core/context.ts";
import { makeOutside } from "#server/core/outside.ts";
import { ensureWebhookSecret } from "#server/github/ensure-webhook-secret.ts";
import { createToken } from "#server/identity/create-token.ts";
import { readDemoPeople } from "#server/identity/read.ts";
import { signInAsDemoPerson } from "#server/identity/sign-in-as-demo-person.ts";
import { readState } from "#server/installation/read.ts";
import { as, test } from "#server/testing/database.ts";
import { testKeyring } from "#server/testing/keyring.ts";
import { person, tokenActor } from "#server/testing/people.ts";
import { loadDemo } from "./load-demo.ts";
import { moveToProduction } from "./move-to-production.ts";
import { readDemoStatus } from "./read.ts";
import { requestDemo } from "./request-demo.ts";

let dataDir = "";
beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), "milepost-move-"));
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

/** Rows of every table of ours; estimates would not do. */
async function countAll(db: Db): Promise<Record<string, number>> {
  const tables = await db.execute<{ name: string }>(sql`
    select table_name as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE'`);
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const [row] = await db.execute<{ n: number }>(
      sql`select count(*)::int as n from ${sql.identifier(name)}`,
    );
    counts[name] = row?.n ?? 0;
  }
  return counts;
}

/** The demo in the middle of its loading: some of everything is there. */
async function loadSome(db: Db): Promise<void> {
  await requestDemo(as(db));
  const stop = new AbortController();
  const watch = setInterval(() => {
    void readDemoStatus(as(db)).then(({ progress }) => {
      if ((progress?.done ?? 0) > 1_500) stop.abort();
    });
  }, 20);
  const tools = { ctx: as(db), outside: makeOutside({ hosts: [] }), keyring: testKeyring, dataDir };
  await expect(loadDemo({ ...tools, signal: stop.signal })).rejects.toThrow();
  clearInterval(watch);
}

test("an evaluation becomes production, and nothing of the demo is left in any table", async ({ db }) => {
  const empty = await countAll(db);
  await db.insert(installation).values({ mode: "evaluation" });
  await ensureWebhookSecret(as(db), { keyring: testKeyring, seeds: [] });
  await loadSome(db);
  const people = await readDemoPeople(as(db));
  const admin = people.find(({ role }) => role === "admin")!;
  const browser = { userAgent: null, address: null, replaces: null };
  await signInAsDemoPerson(as(db, { kind: "anonymous" }), { personId: admin.id }, browser);
  const acting = as(db, person("admin", { id: admin.id }));
  await createToken(acting, { name: "CI", role: "admin", scopes: ["write"] });
  await db
    .insert(groupRoles)
    .values({ source: "claim", groupName: "everyone", role: "admin", createdByName: admin.name });
  const before = await countAll(db);
  const loaded = Object.keys(before).filter((name) => (before[name] ?? 0) > (empty[name] ?? 0));
  expect(loaded).toEqual(
    expect.arrayContaining([
      "users",
      "sessions",
      "entities",
      "webhook_deliveries",
      "deployments",
      "api_tokens",
    ]),
  );

  await inTransaction(acting, async (tx) => {
    await tx.db.insert(connections).values({ kind: "sign-in", name: "Company" });
    await moveToProduction(tx);
  });

  const after = await countAll(db);
  const history = after.events ?? 0;
  const ours = { installation: 1, connections: 1, catalogue_state: 1, events: history, event_chain: history };
  expect(after).toEqual({ ...empty, ...ours });
  const rows = await db.select({ type: events.type, isDemo: events.isDemo }).from(events);
  expect(rows.filter(({ isDemo }) => isDemo)).toEqual([]);
  expect(rows.map(({ type }) => type)).toEqual(
    expect.arrayContaining(["demo.removed", "installation.moved-to-production"]),
  );
  const [kept] = await db.select().from(connections);
  expect(kept).toMatchObject({ kind: "sign-in", name: "Company" });
  expect(await readState(as(db))).toEqual({ mode: "production", isSetupFinished: false });
  const [row] = await db.select().from(installation);
  expect(row).toMatchObject({ demoState: "removed", demoProgress: null });
});

test("a change that is refused or breaks leaves the evaluation as it was", async ({ db }) => {
  await db.update(installation).set({ mode: "evaluation" });
  const [user] = await db.insert(users).values({ name: "Demo", role: "admin", isDemo: true }).returning();
  for (const actor of [person("platform"), person("leader"), tokenActor("admin", ["write"])])
    await expect(moveToProduction(as(db, actor))).rejects.toThrow(/move the portal to production/);
  await expect(
    inTransaction(as(db, person("admin")), async (tx) => {
      await moveToProduction(tx);
      throw new Error("The provider could not be saved");
    }),
  ).rejects.toThrow("could not be saved");
  expect(await readState(as(db))).toEqual({ mode: "evaluation", isSetupFinished: true });
  expect(await db.select().from(users).where(eq(users.id, user!.id))).toHaveLength(1);
  await moveToProduction(as(db, person("admin")));
  await expect(moveToProduction(as(db, person("admin")))).rejects.toThrow(/in production already/);
});
