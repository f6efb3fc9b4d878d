import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { expect, onTestFinished } from "vitest";
import { locations } from "#db/schema/catalog.ts";
import { connections, installation } from "#db/schema/core.ts";
import type { Db } from "#db/types.ts";
import { makeOutside } from "#server/core/outside.ts";
import { as, test } from "#server/testing/database.ts";
import { testKeyring } from "#server/testing/keyring.ts";
import { person } from "#server/testing/people.ts";
import { loadDemo } from "./load-demo.ts";
import { readDemoStatus } from "./read.ts";
import { removeDemo } from "./remove-demo.ts";
import { requestDemo } from "./request-demo.ts";
import { ensureDemoSecret } from "./send-history.ts";

const countDemo = async (db: Db) => [
  await db.$count(connections, eq(connections.isDemo, true)),
  await db.$count(locations, eq(locations.isDemo, true)),
  await db.$count(locations),
];

test("a demo that is removed while it is loaded leaves nothing, and nothing of it comes back", async ({
  db,
}) => {
  const dataDir = mkdtempSync(join(tmpdir(), "milepost-removed-"));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  await db.insert(installation).values({ mode: "evaluation" });
  await requestDemo(as(db));
  const tools = { ctx: as(db), outside: makeOutside({ hosts: [] }), keyring: testKeyring, dataDir };
  const ended = expect(loadDemo(tools)).rejects.toThrow(/cancelled|removed/);
  await expect.poll(async () => (await readDemoStatus(as(db))).progress?.done ?? 0).toBeGreaterThan(0);
  await removeDemo(as(db, person("admin")));
  await ended;
  expect(await countDemo(db)).toEqual([0, 0, 0]);
  // What was on its way to sign its webhooks finds it removed.
  for (const state of ["loading", "loaded"] as const)
    await expect(ensureDemoSecret(as(db), testKeyring, state)).rejects.toThrow("was removed");
  expect(await countDemo(db)).toEqual([0, 0, 0]);
});
